"""Calls of functions that are modelled."""


def test_models_that_only_answer_are_asked_for_each_of_a_few_values(run):
    result = run(
        """
        import os, re, json
        from pathlib import Path
        BASE = "/srv/a" if os.path.isdir("/srv/a") else "/srv/b"
        STATIC = os.path.join(BASE, "static")
        NAME = Path(BASE).joinpath("media").name
        PARENT = os.path.dirname(BASE)
        SHORT = re.sub("^/srv/", "", BASE)
        """
    )
    assert result["STATIC"] == ("one of", "'/srv/a/static'", "'/srv/b/static'")
    assert (result["NAME"], result["PARENT"]) == ("media", "/srv")
    assert result["SHORT"] == ("one of", "'a'", "'b'")
