//! The examples of the library do what they say.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use crate::lake;
use crate::web_model as model;
use crate::web_serve as serve;
use crate::web_site as site;

/// One request, and the whole answer.
fn ask(address: SocketAddr, head: &str, user: Option<&str>, body: &str) -> (u16, String) {
    let mut connection = TcpStream::connect(address).unwrap();
    let user = user.map_or_else(String::new, |user| format!("x-user: {user}\r\n"));
    // At once: a server that refuses the first line may close before the second one comes.
    let request = format!("{head} HTTP/1.1\r\nhost: x\r\n{user}content-length: {}\r\n\r\n{body}", body.len());
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split_whitespace().nth(1).unwrap().parse().unwrap(), body.to_owned())
}

#[test]
fn a_web_server_has_a_session_for_each_request() {
    let server = serve::Server::start(TcpListener::bind("127.0.0.1:0").unwrap(), site::router(model::application().unwrap())).unwrap();
    let at = server.address();
    let (ann, bo) = (Some("ann@acme.com"), Some("bo@acme.com"));

    assert_eq!(ask(at, "GET /cell/Revenue/Tea/France", ann, ""), (200, "25\n".to_owned()));
    // Not hers: like a cell without a value.
    assert_eq!(ask(at, "GET /cell/Revenue/Tea/Japan", ann, ""), (204, String::new()));
    assert_eq!(ask(at, "GET /cell/Revenue/Tea/Japan", bo, ""), (200, "75\n".to_owned()));
    let total = "SELECT Country, SUM(Revenue) AS Revenue FROM Revenue GROUP BY Country";
    assert_eq!(ask(at, "POST /sql", ann, total), (200, "Country,Revenue\nFrance,41\n".to_owned()));
    assert_eq!(ask(at, "POST /sql", bo, total), (200, "Country,Revenue\nJapan,83\n".to_owned()));

    // What one changes the other sees, as far as it is theirs.
    let (status, did) = ask(at, "POST /execute", ann, "UPDATE Volume SET Volume = 20 WHERE Product = 'Tea'");
    assert_eq!((status, did.contains("1 row")), (200, true), "{did}");
    assert_eq!(ask(at, "GET /cell/Revenue/Tea/France", ann, ""), (200, "50\n".to_owned()));
    assert_eq!(ask(at, "GET /cell/Volume/Tea/Japan", bo, ""), (200, "30\n".to_owned()));

    // Refusals: nobody, nobody known, no such metric, no permission, no statement, no request.
    assert_eq!(ask(at, "POST /sql", None, total).0, 401);
    assert_eq!(ask(at, "POST /sql", Some("eve@acme.com"), total).0, 403);
    assert_eq!(ask(at, "GET /cell/Secret/Tea/France", ann, "").0, 404);
    let (status, why) = ask(at, "POST /execute", ann, "CREATE DIMENSION D (Name TEXT)");
    assert_eq!((status, why.contains("`Configure Blocks`")), (422, true), "{why}");
    assert_eq!(ask(at, "POST /sql", ann, "SELEC 1").0, 422);
    assert_eq!(ask(at, "GET /nowhere", ann, "").0, 404);
    assert_eq!(ask(at, "", ann, "").0, 400);

    // Many at once.
    std::thread::scope(|scope| {
        let asked: Vec<_> = (0..16).map(|n| scope.spawn(move || ask(at, "POST /sql", if n % 2 == 0 { ann } else { bo }, total))).collect();
        for (n, asked) in asked.into_iter().enumerate() {
            let expected = if n % 2 == 0 { "Country,Revenue\nFrance,66\n" } else { "Country,Revenue\nJapan,83\n" };
            assert_eq!(asked.join().unwrap(), (200, expected.to_owned()));
        }
    });
    server.stop();
    assert!(TcpListener::bind(at).is_ok(), "the server has let go of its place");
}

#[test]
fn a_host_joins_the_plan_with_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("actuals.parquet");
    lake::write_actuals(&file).unwrap();
    let app = lake::application().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let seen = |user: &str| runtime.block_on(lake::plan_and_actuals(&app, user, &file)).unwrap();
    assert_eq!(
        seen("ann@acme.com"),
        "\
+---------+--------+-------------+--------+-------+
| country | region | net_revenue | actual | above |
+---------+--------+-------------+--------+-------+
| France  | EMEA   | 120.0       | 110.0  | -10.0 |
| Italy   | EMEA   | 80.0        | 90.0   | 10.0  |
+---------+--------+-------------+--------+-------+"
    );
    let bo = seen("bo@acme.com");
    assert!(bo.contains("| Japan   | APAC   | 200.0       | 210.0  | 10.0  |") && !bo.contains("France"), "{bo}");
}
