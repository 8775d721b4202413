//! A queue that takes everything, in the place of SQS: what is answered to a sample event does not depend on what becomes of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};

/// Where a new queue is, at the host of that other service. It is there until the process ends.
pub fn start(beside: &str) -> String {
    let host = beside.split("://").nth(1).unwrap().split(':').next().unwrap();
    let listener = TcpListener::bind((host, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || converse(stream.unwrap()));
        }
    });
    format!("http://{address}/123456789012/deliveries")
}

/// Answers one request after another.
fn converse(stream: TcpStream) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap() == 0 {
                return;
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let request: Value = serde_json::from_slice(&body).unwrap();
        let taken = request["Entries"].as_array().unwrap().iter();
        let taken: Vec<_> = taken.map(|message| json!({ "Id": message["Id"] })).collect();
        let answer = json!({ "Successful": taken, "Failed": [] }).to_string();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", answer.len());
        reader.get_mut().write_all((head + &answer).as_bytes()).unwrap();
    }
}
