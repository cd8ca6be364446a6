"""The gate, asked over HTTP and WebSocket as a stranger, a neighbour and a colleague would."""


from tests.web.conftest import Server


def test_a_person_signs_in_and_sees_the_screens(office: Server) -> None:
    visitor = office.visitor()
    answer = visitor.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert visitor.get("/").status_code == 200
    with visitor.tab() as tab:
        seen = tab.run()
    assert "Sign out" in seen
