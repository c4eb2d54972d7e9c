"""Loops that nobody knows the turns of."""


def test_a_loop_that_sets_names_on_some_paths_leaves_the_rest_alone(run):
    result = run(
        """
        import os
        DEBUG = False
        APPS = ["shop"]
        PLUGINS = []
        for name in os.listdir("/srv/plugins"):
            folder = os.path.join("/srv/plugins", name)
            if os.path.isdir(folder):
                try:
                    disabled = False
                    if os.path.exists(os.path.join(folder, "off")):
                        disabled = True
                    if not disabled:
                        config = {"name": name, "module": folder}
                        PLUGINS.append(config)
                        APPS.append(name)
                except Exception:
                    if "DEBUG" in globals():
                        print("failed")
        LAST = config
        """
    )
    assert result.loaded.incomplete is None
    assert result["DEBUG"] is False
    assert result["APPS"] == ["shop", "…"]
    assert result["PLUGINS"] == ["…"]
    assert str(result["LAST"]).startswith("?")
