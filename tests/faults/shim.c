/*
 * Counts the calls that change files below one folder, and makes one of them fail or kill the program.
 *
 * Loaded by LD_PRELOAD. What it does stands in a file beside it (its own name and .state) that every
 * process of the program maps, so that the count goes on in children, whatever environment they are
 * given, and the harness can set and read it from outside; tests/faults/shim.py has the same layout.
 * All is opened at the start, as a process may give up the right to do so later.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define KILL (-1)
#define TEXT 1024

struct state {
    uint64_t count;  /* calls so far */
    uint64_t target; /* the call to disturb, from 1; 0 for none */
    int64_t action;  /* the errno that it fails with, or KILL */
    int64_t sticky;  /* whether every later call fails too */
    int64_t torn;    /* whether a disturbed write first writes half of its bytes */
    uint64_t fired;  /* calls that were disturbed */
    int64_t traced;  /* whether calls are written to the trace */
    int64_t leader;  /* the process group of the run; 0 where it is not known */
    char root[TEXT];  /* calls below this folder count; empty for none */
    char first[TEXT]; /* the first call that was disturbed */
    char trace[TEXT]; /* the file that calls are written to, a line each */
    char only[TEXT];  /* "call place": the target is a number of such calls alone; empty for all */
    uint64_t matched; /* such calls so far */
    int64_t killed;   /* whether the run is to be killed by whoever started it */
};

static struct state *state;
static int trace_file = -1;

static void open_trace(void) {
    trace_file = syscall(SYS_openat, AT_FDCWD, state->trace, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

__attribute__((constructor)) static void load(void) {
    Dl_info own;
    char place[PATH_MAX];
    if (!dladdr((void *)load, &own) || snprintf(place, sizeof place, "%s.state", own.dli_fname) >= PATH_MAX) return;
    int file = syscall(SYS_openat, AT_FDCWD, place, O_RDWR | O_CLOEXEC, 0);
    if (file < 0) return;
    void *mapped = mmap(NULL, sizeof(struct state), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) state = mapped;
    syscall(SYS_close, file);
    if (state && state->traced) open_trace();
}

static int below(const char *path) {
    size_t length = strlen(state->root);
    return length && !strncmp(path, state->root, length) && (path[length] == '/' || !path[length]);
}

static int place_of(int folder, const char *path, char *into) {
    char link[64];
    ssize_t length = 0;
    if (path && path[0] == '/') return snprintf(into, PATH_MAX, "%s", path) > 0;
    if (folder == AT_FDCWD) {
        if (syscall(SYS_getcwd, into, (size_t)PATH_MAX) <= 0) return 0;
        length = strlen(into);
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        length = syscall(SYS_readlinkat, AT_FDCWD, link, into, (size_t)PATH_MAX - 1);
        if (length <= 0) return 0;
        into[length] = 0;
    }
    if (path) snprintf(into + length, PATH_MAX - length, "/%s", path);
    return 1;
}

static void note(const char *call, const char *place) {
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%s %s\n", call, place);
    if (trace_file < 0) open_trace();
    syscall(SYS_write, trace_file, line, (size_t)length);
}

/* Whether this call is to be disturbed: 0 for no, else the action. */
static int64_t disturb(const char *call, int folder, const char *path) {
    char place[PATH_MAX + 64];
    if (!state || !state->root[0]) return 0;
    int kept = errno;
    int counts = place_of(folder, path, place) && below(place);
    errno = kept;
    if (!counts) return 0;
    uint64_t number = __atomic_add_fetch(&state->count, 1, __ATOMIC_SEQ_CST);
    if (state->traced) note(call, place);
    if (state->only[0]) {
        char named[PATH_MAX + 64];
        snprintf(named, sizeof named, "%s %s", call, place + strlen(state->root));
        if (strcmp(named, state->only)) return 0;
        number = __atomic_add_fetch(&state->matched, 1, __ATOMIC_SEQ_CST);
    }
    if (!state->target || number < state->target || (number > state->target && !state->sticky)) return 0;
    if (__atomic_add_fetch(&state->fired, 1, __ATOMIC_SEQ_CST) == 1)
        snprintf(state->first, TEXT, "%s %.900s", call, place + strlen(state->root));
    errno = kept;
    return state->action;
}

static void act(int64_t action) {
    if (action == KILL) {
        state->killed = 1;
        /* a child may have given up the right to signal others: the harness ends the run, which waits for the child */
        if (!state->leader || state->leader == getpid()) kill(0, SIGKILL);
        for (;;) pause();
    }
    errno = (int)action;
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define GUARD(call, folder, path) \
    do { \
        int64_t action = disturb(call, folder, path); \
        if (action) { act(action); return -1; } \
    } while (0)

/* A disturbed write: half of it may reach the file before. */
#define GUARD_WRITE(call, file, size, write_half) \
    do { \
        int64_t action = disturb(call, file, NULL); \
        if (action) { \
            if (state->torn && (size) > 1) { size_t half = (size) / 2; (void)!(write_half); } \
            act(action); \
            return -1; \
        } \
    } while (0)

ssize_t write(int file, const void *data, size_t size) {
    REAL(write);
    GUARD_WRITE("write", file, size, real(file, data, half));
    return real(file, data, size);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t at) {
    REAL(pwrite);
    GUARD_WRITE("pwrite", file, size, real(file, data, half, at));
    return real(file, data, size, at);
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t at) {
    REAL(pwrite64);
    GUARD_WRITE("pwrite", file, size, real(file, data, half, at));
    return real(file, data, size, at);
}

ssize_t writev(int file, const struct iovec *parts, int n) {
    REAL(writev);
    GUARD("writev", file, NULL);
    return real(file, parts, n);
}

ssize_t pwritev(int file, const struct iovec *parts, int n, off_t at) {
    REAL(pwritev);
    GUARD("pwritev", file, NULL);
    return real(file, parts, n, at);
}

ssize_t pwritev64(int file, const struct iovec *parts, int n, off64_t at) {
    REAL(pwritev64);
    GUARD("pwritev", file, NULL);
    return real(file, parts, n, at);
}

ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *into, size_t size, unsigned int flags) {
    REAL(copy_file_range);
    GUARD("copy_file_range", to, NULL);
    return real(from, at, to, into, size, flags);
}

ssize_t sendfile(int to, int from, off_t *at, size_t size) {
    REAL(sendfile);
    GUARD("sendfile", to, NULL);
    return real(to, from, at, size);
}

ssize_t sendfile64(int to, int from, off64_t *at, size_t size) {
    REAL(sendfile64);
    GUARD("sendfile", to, NULL);
    return real(to, from, at, size);
}

int fsync(int file) {
    REAL(fsync);
    GUARD("fsync", file, NULL);
    return real(file);
}

int fdatasync(int file) {
    REAL(fdatasync);
    GUARD("fsync", file, NULL);
    return real(file);
}

int ftruncate(int file, off_t size) {
    REAL(ftruncate);
    GUARD("ftruncate", file, NULL);
    return real(file, size);
}

int ftruncate64(int file, off64_t size) {
    REAL(ftruncate64);
    GUARD("ftruncate", file, NULL);
    return real(file, size);
}

int truncate(const char *path, off_t size) {
    REAL(truncate);
    GUARD("truncate", AT_FDCWD, path);
    return real(path, size);
}

int truncate64(const char *path, off64_t size) {
    REAL(truncate64);
    GUARD("truncate", AT_FDCWD, path);
    return real(path, size);
}

int fallocate(int file, int mode, off_t at, off_t size) {
    REAL(fallocate);
    GUARD("fallocate", file, NULL);
    return real(file, mode, at, size);
}

int fallocate64(int file, int mode, off64_t at, off64_t size) {
    REAL(fallocate64);
    GUARD("fallocate", file, NULL);
    return real(file, mode, at, size);
}

int posix_fallocate(int file, off_t at, off_t size) {
    REAL(posix_fallocate);
    int64_t action = disturb("fallocate", file, NULL);
    if (action) { act(action); return (int)action; }
    return real(file, at, size);
}

int posix_fallocate64(int file, off64_t at, off64_t size) {
    REAL(posix_fallocate64);
    int64_t action = disturb("fallocate", file, NULL);
    if (action) { act(action); return (int)action; }
    return real(file, at, size);
}

int rename(const char *from, const char *to) {
    REAL(rename);
    GUARD("rename", AT_FDCWD, to);
    return real(from, to);
}

int renameat(int folder, const char *from, int into, const char *to) {
    REAL(renameat);
    GUARD("rename", into, to);
    return real(folder, from, into, to);
}

int renameat2(int folder, const char *from, int into, const char *to, unsigned int flags) {
    REAL(renameat2);
    GUARD("rename", into, to);
    return real(folder, from, into, to, flags);
}

int link(const char *from, const char *to) {
    REAL(link);
    GUARD("link", AT_FDCWD, to);
    return real(from, to);
}

int linkat(int folder, const char *from, int into, const char *to, int flags) {
    REAL(linkat);
    GUARD("link", into, to);
    return real(folder, from, into, to, flags);
}

int symlink(const char *target, const char *path) {
    REAL(symlink);
    GUARD("symlink", AT_FDCWD, path);
    return real(target, path);
}

int symlinkat(const char *target, int folder, const char *path) {
    REAL(symlinkat);
    GUARD("symlink", folder, path);
    return real(target, folder, path);
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    GUARD("mkdir", AT_FDCWD, path);
    return real(path, mode);
}

int mkdirat(int folder, const char *path, mode_t mode) {
    REAL(mkdirat);
    GUARD("mkdir", folder, path);
    return real(folder, path, mode);
}

int unlink(const char *path) {
    REAL(unlink);
    GUARD("unlink", AT_FDCWD, path);
    return real(path);
}

int unlinkat(int folder, const char *path, int flags) {
    REAL(unlinkat);
    GUARD("unlink", folder, path);
    return real(folder, path, flags);
}

int rmdir(const char *path) {
    REAL(rmdir);
    GUARD("rmdir", AT_FDCWD, path);
    return real(path);
}

#define WRITES(flags) (((flags) & O_ACCMODE) != O_RDONLY || ((flags) & (O_CREAT | O_TRUNC)))

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { \
            va_list rest; \
            va_start(rest, flags); \
            mode = va_arg(rest, mode_t); \
            va_end(rest); \
        } \
        if (WRITES(flags)) GUARD("open", AT_FDCWD, path); \
        return real(path, flags, mode); \
    }

#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        REAL(name); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { \
            va_list rest; \
            va_start(rest, flags); \
            mode = va_arg(rest, mode_t); \
            va_end(rest); \
        } \
        if (WRITES(flags)) GUARD("open", folder, path); \
        return real(folder, path, flags, mode); \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

int creat(const char *path, mode_t mode) {
    REAL(creat);
    GUARD("open", AT_FDCWD, path);
    return real(path, mode);
}

int creat64(const char *path, mode_t mode) {
    REAL(creat64);
    GUARD("open", AT_FDCWD, path);
    return real(path, mode);
}
