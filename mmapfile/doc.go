// Package mmapfile makes a file, or memory without a name, into bytes that
// several processes share.
//
// It knows the life of such memory and nothing of what is stored in it: create
// it complete or not at all, reserve its blocks, map it (once, or with its end
// mirrored so that a wrapping buffer is contiguous), hold a lock that the kernel
// releases at death, seal it, hand it to another process, and tell what happened
// when it was deleted, replaced or truncated.
//
// Three things own something:
//
//   - A [File] is an open file description that this process opened itself. It
//     is never a duplicate and never an inherited one, because locks belong to
//     the description and whoever shares it shares, and can drop, its locks.
//   - A lock ([File.Lock]) belongs to the description. The kernel drops it when
//     the last user of the description is gone: at exit, at kill -9, never while
//     a process is merely stopped.
//   - A [Mapping] pins the description it was made of. Closing the File alone
//     frees neither the memory nor the locks; [Mapping.Unmap] does.
//
// The package works on Linux. Elsewhere it compiles and every function that
// would need the system returns an error that wraps [errors.ErrUnsupported].
package mmapfile
