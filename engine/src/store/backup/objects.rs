//! What backups ask of the place where they are kept.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;

use futures::TryStreamExt;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use tokio::runtime::{Builder, Runtime};

/// A place of named objects. Names have `/` between their parts.
pub(super) trait Objects: fmt::Debug + Send + Sync {
    /// All bytes of an object; [`io::ErrorKind::NotFound`] where there is none.
    fn get(&self, name: &str) -> io::Result<Vec<u8>>;
    /// Makes an object, whole or not at all, in place of one of that name.
    fn put(&self, name: &str, bytes: Vec<u8>) -> io::Result<()>;
    /// The objects whose names begin with a folder, and their sizes.
    fn list(&self, folder: &str) -> io::Result<BTreeMap<String, u64>>;
    /// Takes an object away; none is no error.
    fn remove(&self, name: &str) -> io::Result<()>;
}

/// An object store of the library of that name.
pub(super) struct Stored {
    store: Arc<dyn ObjectStore>,
    prefix: ObjectPath,
    runtime: OwnRuntime,
}

impl Stored {
    pub(super) fn new(store: Arc<dyn ObjectStore>, prefix: ObjectPath) -> io::Result<Stored> {
        Ok(Stored { store, prefix, runtime: OwnRuntime::new()? })
    }

    fn path(&self, name: &str) -> ObjectPath {
        name.split('/').fold(self.prefix.clone(), |path, part| path.join(part))
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.store, self.prefix)
    }
}

impl Objects for Stored {
    fn get(&self, name: &str) -> io::Result<Vec<u8>> {
        let path = self.path(name);
        let bytes = self.runtime.run(async { self.store.get(&path).await?.bytes().await })?;
        Ok(bytes.to_vec())
    }

    fn put(&self, name: &str, bytes: Vec<u8>) -> io::Result<()> {
        let path = self.path(name);
        self.runtime.run(async { self.store.put(&path, PutPayload::from(bytes)).await }).map(drop)
    }

    fn list(&self, folder: &str) -> io::Result<BTreeMap<String, u64>> {
        let path = self.path(folder);
        let all = self.runtime.run(async { self.store.list(Some(&path)).try_collect::<Vec<_>>().await })?;
        let name = |found: &ObjectPath| found.filename().map(|name| format!("{folder}/{name}"));
        Ok(all.iter().filter_map(|object| Some((name(&object.location)?, object.size))).collect())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let path = self.path(name);
        match self.runtime.run(async { self.store.delete(&path).await }) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }
}

/// Threads of its own for what is written for async: the caller's may be a host's async threads, or none at all.
struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    fn new() -> io::Result<OwnRuntime> {
        Builder::new_current_thread().enable_all().build().map(|runtime| OwnRuntime(Some(runtime)))
    }

    fn run<T: Send>(&self, work: impl Future<Output = object_store::Result<T>> + Send) -> io::Result<T> {
        let gone = || io::Error::other("the work on the object store ended by itself");
        let runtime = self.0.as_ref().ok_or_else(gone)?;
        let done = std::thread::scope(|scope| scope.spawn(|| runtime.block_on(work)).join());
        done.map_err(|_| gone())?.map_err(|e| match e {
            object_store::Error::NotFound { .. } => io::Error::new(io::ErrorKind::NotFound, e),
            e => io::Error::other(e),
        })
    }
}

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        // It may be on a host's async thread, where nothing may be waited for.
        self.0.take().into_iter().for_each(Runtime::shutdown_background);
    }
}
