from infra.messaging.stillness import Stillness

HERE = ("t", 0)


def test_work_without_movement_adds_up() -> None:
    still = Stillness()
    assert [still.observe({HERE: 5}, {HERE: 9}, now) for now in (0.0, 2.0, 30.0, 61.0)] == [0.0, 2.0, 30.0, 61.0]


def test_nothing_to_do_is_no_standstill() -> None:
    still = Stillness()
    assert [still.observe({HERE: 9}, {HERE: 9}, now) for now in (0.0, 100.0, 1000.0)] == [0.0] * 3


def test_work_that_comes_after_a_long_rest_starts_the_count() -> None:
    still = Stillness()
    still.observe({HERE: 9}, {HERE: 9}, 0.0)
    assert still.observe({HERE: 9}, {HERE: 10}, 1000.0) == 0.0
    assert still.observe({HERE: 9}, {HERE: 10}, 1010.0) == 10.0


def test_any_movement_starts_anew() -> None:
    still = Stillness()
    still.observe({HERE: 5}, {HERE: 9}, 0.0)
    assert still.observe({HERE: 6}, {HERE: 9}, 59.0) == 0.0


def test_one_partition_that_moves_speaks_for_the_consumer() -> None:
    still = Stillness()
    other = ("t", 1)
    still.observe({HERE: 5, other: 1}, {HERE: 9, other: 9}, 0.0)
    assert still.observe({HERE: 5, other: 2}, {HERE: 9, other: 9}, 59.0) == 0.0


def test_a_server_that_does_not_answer_blames_nobody() -> None:
    still = Stillness()
    still.observe({HERE: 5}, {HERE: 9}, 0.0)
    still.blind()
    assert still.observe({HERE: 5}, {HERE: 9}, 100.0) == 0.0
