// Loaded into a process by the benchmarks (LD_PRELOAD): each flush to disk takes FLUSH_MS longer.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static void wait_longer(void) {
  struct timespec left = {FLUSH_MS / 1000, (FLUSH_MS % 1000) * 1000000L};
  nanosleep(&left, 0);
}

int fsync(int file) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  wait_longer();
  return real(file);
}

int fdatasync(int file) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  wait_longer();
  return real(file);
}
