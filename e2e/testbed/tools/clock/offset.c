/* Moves the wall clock of one process: LD_PRELOAD it, with CLOCK_OFFSET_SECONDS in the environment.
   Only CLOCK_REALTIME and what is made of it; the monotonic clock and timers stay, but a wait until an
   absolute wall-clock time (LockSupport.parkUntil) ends late. Works for programs that ask libc, as the
   JVM does; not for Go, which asks the kernel. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long offset(void) {
  static long seconds, known;
  if (!known) {
    const char *text = getenv("CLOCK_OFFSET_SECONDS");
    seconds = text ? strtol(text, 0, 10) : 0;
    known = 1;
  }
  return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *out) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, out);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) out->tv_sec += offset();
  return result;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
  struct timespec now;
  (void)zone;
  int result = clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return result;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}
