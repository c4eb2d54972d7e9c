from ready_gate.facts.django.migrations.graph import build
from tests.facts.django.migrations.making import migration


def graph_of(*migrations, apps=("shop", "users"), outside=lambda key: None):
    return build(migrations, apps, outside)


def order(graph):
    return [node.key for node in graph.order]


def test_parents_come_first():
    graph = graph_of(
        migration("shop", "0002", after=[("shop", "0001")]),
        migration("shop", "0001", after=[("users", "__first__")]),
        migration("users", "0001"),
    )
    assert order(graph) == [("users", "0001"), ("shop", "0001"), ("shop", "0002")]
    assert [leaf.name for leaf in graph.leaves("shop")] == ["0002"]
    assert not graph.broken and not graph.cycle


def test_two_leaves():
    graph = graph_of(migration("shop", "0001"), *(migration("shop", name, after=[("shop", "0001")]) for name in ("0002_a", "0002_b")))
    assert [leaf.name for leaf in graph.leaves("shop")] == ["0002_a", "0002_b"]


def test_run_before_turns_the_arrow():
    graph = graph_of(migration("shop", "0001"), migration("users", "0001", run_before=(("shop", "0001"),)))
    assert order(graph) == [("users", "0001"), ("shop", "0001")]


def test_a_squashed_migration_takes_the_place_of_those_it_replaces():
    graph = graph_of(
        migration("shop", "0001"),
        migration("shop", "0002", after=[("shop", "0001"), ("users", "0001")]),
        migration("shop", "0001_squashed", replaces=(("shop", "0001"), ("shop", "0002"))),
        migration("shop", "0003", after=[("shop", "0002")]),
        migration("users", "0001"),
    )
    assert order(graph) == [("users", "0001"), ("shop", "0001_squashed"), ("shop", "0003")]
    assert [leaf.name for leaf in graph.leaves("shop")] == ["0003"]


def test_a_replaced_migration_need_not_be_there_any_more():
    graph = graph_of(
        migration("shop", "0001_squashed", replaces=(("shop", "0001"), ("shop", "0002"))),
        migration("shop", "0003", after=[("shop", "0002")]),
    )
    assert order(graph) == [("shop", "0001_squashed"), ("shop", "0003")] and not graph.broken


def test_dependencies_that_lead_nowhere():
    graph = graph_of(
        migration("shop", "0002", after=[("shop", "0001"), ("auth", "0001"), ("auth", "0099"), ("other", "0001")]),
        outside=lambda key: key == ("auth", "0001") if key[0] == "auth" else None,
    )
    assert [broken.wanted for broken in graph.broken] == [("shop", "0001"), ("auth", "0099")]


def test_a_circle_is_named_and_does_not_hang():
    graph = graph_of(
        migration("shop", "0001", after=[("users", "0001")]),
        migration("users", "0001", run_before=(("shop", "0000"),), after=[("shop", "0000")]),
        migration("shop", "0000", after=[("shop", "0001")]),
    )
    assert set(graph.cycle) == {("shop", "0000"), ("shop", "0001"), ("users", "0001")} or len(graph.cycle) == 2
    assert len(graph.order) == 3


def test_squashed_migrations_that_replace_each_other_do_not_hang():
    graph = graph_of(migration("shop", "a", replaces=(("shop", "b"),)), migration("shop", "b", replaces=(("shop", "a"),)))
    assert len(graph.order) == 1


def test_thousands_of_migrations_are_no_burden():
    chain = [
        migration("shop", f"{number:05}", after=[("shop", f"{number - 1:05}")] if number else [("users", "__first__")]) for number in range(5_000)
    ]
    graph = graph_of(migration("users", "0001"), *chain)
    assert len(graph.order) == 5_001 and [leaf.name for leaf in graph.leaves("shop")] == ["04999"]
