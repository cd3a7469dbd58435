// A disk between a program and the real one, by LD_PRELOAD. It minds the files in the folder DISK_FOLDER alone.
//   DISK_SYNCED   a folder that holds each file as it was when it was last synced: what a power cut would leave
//   DISK_FAULTS   a folder; while `no-room` is in it no file can grow (ENOSPC), while `no-sync` is, no sync works (EIO)
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t copying = PTHREAD_MUTEX_INITIALIZER;

// The path of an open file in the folder; 0 for everything else.
static int minded(int fd, char *path) {
  const char *folder = getenv("DISK_FOLDER");
  struct stat found;
  if (!folder || fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) return 0;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strncmp(path, folder, strlen(folder)) == 0;
}

static int is_on(const char *fault) {
  const char *faults = getenv("DISK_FAULTS");
  char path[PATH_MAX];
  if (!faults) return 0;
  snprintf(path, sizeof path, "%s/%s", faults, fault);
  return access(path, F_OK) == 0;
}

static int grows(int fd, off_t end) {
  struct stat found;
  return fstat(fd, &found) == 0 && end > found.st_size;
}

// Under another name first: a copy that is cut short is none.
static void keep(const char *path) {
  const char *synced = getenv("DISK_SYNCED");
  if (!synced) return;
  const char *name = strrchr(path, '/') + 1;
  char copy[PATH_MAX], unfinished[PATH_MAX];
  snprintf(copy, sizeof copy, "%s/%s", synced, name);
  snprintf(unfinished, sizeof unfinished, "%s/%s.unfinished", synced, name);
  pthread_mutex_lock(&copying);
  int from = open(path, O_RDONLY);
  int to = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  static char bytes[1 << 16];
  ssize_t length;
  while ((length = read(from, bytes, sizeof bytes)) > 0) (void)!write(to, bytes, length);
  close(from);
  close(to);
  rename(unfinished, copy);
  pthread_mutex_unlock(&copying);
}

#define REAL(name, type) ((type)dlsym(RTLD_NEXT, name))

static int sync_by(const char *name, int fd) {
  char path[PATH_MAX];
  int (*real)(int) = REAL(name, int (*)(int));
  if (!minded(fd, path)) return real(fd);
  if (is_on("no-sync")) {
    errno = EIO;
    return -1;
  }
  int result = real(fd);
  if (result == 0) keep(path);
  return result;
}

int fsync(int fd) { return sync_by("fsync", fd); }
int fdatasync(int fd) { return sync_by("fdatasync", fd); }

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  char path[PATH_MAX];
  if (is_on("no-room") && minded(fd, path) && grows(fd, at + (off_t)length)) {
    errno = ENOSPC;
    return -1;
  }
  return REAL("pwrite64", ssize_t (*)(int, const void *, size_t, off64_t))(fd, bytes, length, at);
}

int ftruncate64(int fd, off64_t length) {
  char path[PATH_MAX];
  if (is_on("no-room") && minded(fd, path) && grows(fd, length)) {
    errno = ENOSPC;
    return -1;
  }
  return REAL("ftruncate64", int (*)(int, off64_t))(fd, length);
}
