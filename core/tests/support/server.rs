//! A server that tests of the client talk to, and what it answers.

use http::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use toolrack_core::http::HttpRequest;
use url::Url;

/// A server that gives each connection one answer, byte for byte, and closes it. Without an answer it never speaks.
pub struct Server {
    pub url: Url,
    pub requests: mpsc::UnboundedReceiver<String>,
}

impl Server {
    pub async fn start(answer: impl Fn(&str) -> Option<Vec<u8>> + Send + 'static) -> Self {
        Self::at("127.0.0.1", answer).await
    }

    pub async fn at(host: &str, answer: impl Fn(&str) -> Option<Vec<u8>> + Send + 'static) -> Self {
        let listener = TcpListener::bind((host, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (sender, requests) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut silent = Vec::new();
            while let Ok((mut connection, _)) = listener.accept().await {
                let request = read_request(&mut connection).await;
                let bytes = answer(&request);
                let _ = sender.send(request);
                match bytes {
                    Some(bytes) => _ = connection.write_all(&bytes).await,
                    None => silent.push(connection),
                }
            }
        });
        Self { url: Url::parse(&format!("http://{host}:{port}/")).expect("a URL"), requests }
    }

    pub async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |_| Some(answer.clone())).await
    }

    pub fn get(&self, path: &str) -> HttpRequest {
        HttpRequest::new(Method::GET, self.url.join(path).expect("a path"))
    }
}

const TLS_HANDSHAKE: u8 = 0x16;

/// Reads the head, and the body that its `content-length` announces.
pub async fn read_request(connection: &mut TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if request.first() == Some(&TLS_HANDSHAKE) {
            return text;
        }
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().expect("a number")) {
                return text;
            }
        }
        if connection.read_buf(&mut request).await.expect("a readable request") == 0 {
            return text;
        }
    }
}

pub fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nx-revision: 7\r\n\r\n{body}", body.len()).into_bytes()
}

pub fn redirect(location: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n").into_bytes()
}
