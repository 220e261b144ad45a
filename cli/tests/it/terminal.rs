//! A terminal for the program: `script` of util-linux gives it one.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::program::Program;
use crate::shared::skip;

/// A key that is waited for longer than this does not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program on a terminal of 24 lines and 80 columns.
pub(crate) struct Terminal {
    child: Child,
    shown: Arc<Mutex<Vec<u8>>>,
    /// What of it was looked at.
    read: usize,
}

impl Terminal {
    /// Starts it with arguments and variables; `None`, loudly, where there is no such `script`.
    pub(crate) fn start(test: &str, program: &Program, args: &str, variables: &[(&str, &str)]) -> Option<Terminal> {
        let version = Command::new("script").arg("--version").output();
        if !version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("util-linux")) {
            skip(test, "there is no `script` of util-linux, which would give the shell a terminal");
            return None;
        }
        let command = format!("stty rows 24 cols 80; exec {} {args}", env!("CARGO_BIN_EXE_smalt"));
        let mut child = Command::new("script")
            .args(["-qfec", &command, "/dev/null"])
            .current_dir(program.folder())
            .env("TERM", "xterm")
            .env("SHELL", "/bin/sh")
            .env("SMALT_HISTORY", "history")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let shown = Arc::new(Mutex::new(Vec::new()));
        let (mut stream, seen) = (child.stdout.take().unwrap(), Arc::clone(&shown));
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = stream.read(&mut bytes) {
                seen.lock().unwrap().extend_from_slice(&bytes[..count]);
            }
        });
        Some(Terminal { child, shown, read: 0 })
    }

    /// Presses keys.
    pub(crate) fn press(&mut self, keys: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(keys.as_bytes()).and_then(|()| stdin.flush()).unwrap();
    }

    /// What is shown and was not looked at yet.
    pub(crate) fn shown(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().unwrap()[self.read..]).into_owned()
    }

    fn shows(&mut self, text: &str, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        loop {
            let shown = self.shown.lock().unwrap()[self.read..].to_vec();
            if let Some(at) = shown.windows(text.len()).position(|part| part == text.as_bytes()) {
                self.read += at + text.len();
                return true;
            }
            if Instant::now() > until {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until a text is shown. What stands before it was looked at then.
    pub(crate) fn expect(&mut self, text: &str) {
        assert!(self.shows(text, PATIENCE), "`{text}` is not shown, but:\n{}", self.shown());
    }

    /// Types a line, and waits for what it shows.
    pub(crate) fn line(&mut self, line: &str, expected: &str) {
        self.press(&format!("{line}\r"));
        // It is drawn as it is typed, and once more when it is whole.
        self.expect("\r\n");
        self.expect(expected);
    }

    /// Presses ^C, again and again, until a text is shown: a key that comes too early is one of the line.
    pub(crate) fn interrupt(&mut self, expected: &str) {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            self.press("\x03");
            if self.shows(expected, Duration::from_secs(1)) {
                return;
            }
        }
        panic!("`{expected}` is not shown, but:\n{}", self.shown());
    }

    /// Leaves with `quit`, and says how the program ended.
    pub(crate) fn quit(mut self) -> (Option<i32>, String) {
        self.press("quit\r");
        self.end()
    }

    /// Waits for the end of the program: its status, and what it showed at last.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let until = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if Instant::now() > until => panic!("it does not end, but shows:\n{}", self.shown()),
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        // What is on its way still.
        std::thread::sleep(Duration::from_millis(50));
        (status.code(), self.shown())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
