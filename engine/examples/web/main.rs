//! A planning application behind an async web server.
//!
//! ```console
//! $ cargo run -p smalt --example web
//! $ curl -H 'x-user: ann@acme.com' 'localhost:8080/cell/Revenue/Tea/France'
//! $ curl -H 'x-user: ann@acme.com' -d 'SELECT Country, SUM(Revenue) AS Revenue FROM Revenue GROUP BY Country' 'localhost:8080/sql'
//! ```

mod model;
mod serve;
mod site;

use std::net::TcpListener;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = model::application()?;
    let listener = TcpListener::bind("127.0.0.1:8080")?;
    println!("http://{}", listener.local_addr()?);
    serve::Server::start(listener, site::router(app))?.wait();
    Ok(())
}
