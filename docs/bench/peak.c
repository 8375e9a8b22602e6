//go:build ignore

// Peak measures for docs/bench what this machine's cores can do at most. It
// answers each line of standard input with one line:
//
//	hello                             how it was compiled
//	flops TYPE COUNT MILLISECONDS     seconds for so many additions and
//	                                  multiplications in fused pairs
//	traffic TYPE N ARRAYS MILLISECONDS  seconds for reading or writing so many
//	                                  arrays of n elements, at the rate of the
//	                                  triad x = y + s z over three of them
//
// usage: peak THREADS
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined __AVX512F__
enum { vector = 64 };
#elif defined __AVX__
enum { vector = 32 };
#else
enum { vector = 16 };
#endif

enum { batches = 21, max_threads = 256, chains = 12, rounds = 512 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// Twelve independent chains hide the latency of two multiply-add units; their
// limit is y/(1-x) = 1, so no number leaves the normal range. The compiler must
// not know x and y, lest it find the value of a chain without computing it.
static volatile double factor = 0.999, term = 0.001;
#define MULTIPLY_ADD(NAME, T)                                        \
  static double NAME(void) {                                         \
    typedef T v __attribute__((vector_size(vector)));                \
    v a[chains], x = (v){0} + (T)factor, y = (v){0} + (T)term;       \
    for (int c = 0; c < chains; c++)                                 \
      a[c] = (v){0} + (T)(2 + 0.1 * c);                              \
    for (int r = 0; r < rounds; r++)                                 \
      _Pragma("GCC unroll 12") for (int c = 0; c < chains; c++)      \
        a[c] = a[c] * x + y;                                         \
    for (int c = 1; c < chains; c++)                                 \
      a[0] += a[c];                                                  \
    return a[0][0];                                                  \
  }
MULTIPLY_ADD(multiply_add_f32, float)
MULTIPLY_ADD(multiply_add_f64, double)

#define TRIAD(NAME, T)                                                       \
  static void NAME(T *restrict x, const T *restrict y, const T *restrict z, size_t n) { \
    for (size_t i = 0; i < n; i++)                                           \
      x[i] = y[i] + (T)3 * z[i];                                             \
  }
TRIAD(triad_f32, float)
TRIAD(triad_f64, double)

// What the threads of a job share. All begin each batch together, and it ends when
// the last is done: threads that take turns on one core are not two.
typedef struct {
  pthread_barrier_t meet;
  long size;   // calls of a thread in a batch
  double rate; // the answer: flop/s or elements of one array per second
} shared;

typedef struct {
  int first, threads;
  int f64, flops;   // flops: multiply-adds, else a triad
  size_t n;         // elements of this thread's part of an array
  double seconds;   // how long to measure
  volatile double sink;
  shared *all;
} job;

static void once(job *j, void *x, void *y, void *z) {
  if (j->flops)
    j->sink = j->f64 ? multiply_add_f64() : multiply_add_f32();
  else if (j->f64)
    triad_f64(x, y, z, j->n);
  else
    triad_f32(x, y, z, j->n);
}

static void *run(void *arg) {
  job *j = arg;
  size_t width = j->f64 ? sizeof(double) : sizeof(float);
  double work = j->n;
  void *a[3] = {0};
  if (j->flops)
    work = 2.0 * chains * rounds * vector / width;
  else
    for (int i = 0; i < 3; i++) {
      size_t bytes = (j->n * width + 63) / 64 * 64;
      if (!(a[i] = aligned_alloc(64, bytes))) {
        fprintf(stderr, "no memory for %zu bytes\n", bytes);
        exit(1);
      }
      memset(a[i], 0, bytes);
    }
  shared *all = j->all;
  double batch[batches], start = now();
  long calls = 0;
  do {
    once(j, a[0], a[1], a[2]);
    calls++;
  } while (now() - start < j->seconds / 4);
  if (j->first) {
    all->size = (long)(j->seconds / batches / ((now() - start) / calls));
    if (all->size < 1)
      all->size = 1;
  }
  for (int n = 0; n < batches; n++) {
    pthread_barrier_wait(&all->meet);
    double t = now();
    for (long i = 0; i < all->size; i++)
      once(j, a[0], a[1], a[2]);
    pthread_barrier_wait(&all->meet);
    batch[n] = (now() - t) / all->size;
  }
  if (j->first) {
    qsort(batch, batches, sizeof *batch, ascending);
    all->rate = j->threads * work / batch[batches / 2];
  }
  for (int i = 0; i < 3; i++)
    free(a[i]);
  return 0;
}

// rate runs the job on all threads at once and returns their common rate.
static double rate(job j, int threads) {
  static job jobs[max_threads];
  static pthread_t ids[max_threads];
  shared all;
  pthread_barrier_init(&all.meet, 0, threads);
  j.all = &all;
  j.threads = threads;
  j.n = (j.n + threads - 1) / threads;
  for (int i = 0; i < threads; i++) {
    jobs[i] = j;
    jobs[i].first = i == 0;
    if (pthread_create(&ids[i], 0, run, &jobs[i])) {
      fprintf(stderr, "cannot start thread %d\n", i);
      exit(1);
    }
  }
  for (int i = 0; i < threads; i++)
    pthread_join(ids[i], 0);
  pthread_barrier_destroy(&all.meet);
  return all.rate;
}

int main(int argc, char **argv) {
  int threads = argc == 2 ? atoi(argv[1]) : 0;
  if (threads < 1 || threads > max_threads) {
    fprintf(stderr, "usage: peak THREADS\n");
    return 2;
  }
  char line[256], type[8];
  while (fgets(line, sizeof line, stdin)) {
    double count, ms;
    size_t n;
    int known = 0;
    job j = {0};
    if (!strcmp(line, "hello\n")) {
      printf("ok multiply-adds of %d bytes, compiler %s\n", vector, __VERSION__);
      known = 1;
    } else if (sscanf(line, "flops %7s %lf %lf", type, &count, &ms) == 3) {
      j.flops = 1;
      known = ms > 0 && count > 0;
    } else if (sscanf(line, "traffic %7s %zu %lf %lf", type, &n, &count, &ms) == 4) {
      j.n = n;
      count *= n / 3.0; // a triad moves three arrays
      known = ms > 0 && count > 0;
    }
    if (known && strcmp(line, "hello\n")) {
      j.f64 = !strcmp(type, "f64");
      j.seconds = ms / 1e3;
      known = j.f64 || !strcmp(type, "f32");
      if (known)
        printf("ok %.9g\n", count / rate(j, threads));
    }
    if (!known)
      printf("err unknown request: %s", line);
    fflush(stdout);
  }
}
