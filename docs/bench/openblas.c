//go:build ignore

// Openblas times products of OpenBLAS for docs/bench. It answers each line of
// standard input with one line: "hello" with its version and kernels, and
// "gemm TYPE M N K TRANSA TRANSB MILLISECONDS" or "batch TYPE COUNT M …" with
// the median of the seconds per call. usage: openblas THREADS
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { max_batches = 4096 };

typedef struct {
  int f64, count, m, n, k, ta, tb;
  void *a, *b, *c;
} product;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// call computes C = op(A) op(B) once, or for each of a batch, all in rows
// without gaps.
static void call(const product *p) {
  enum CBLAS_TRANSPOSE ta = p->ta ? CblasTrans : CblasNoTrans;
  enum CBLAS_TRANSPOSE tb = p->tb ? CblasTrans : CblasNoTrans;
  int m = p->m, n = p->n, k = p->k, lda = p->ta ? m : k, ldb = p->tb ? k : n;
  for (size_t i = 0; i < (size_t)p->count; i++)
    if (p->f64)
      cblas_dgemm(CblasRowMajor, ta, tb, m, n, k, 1, (double *)p->a + i * m * k, lda,
                  (double *)p->b + i * k * n, ldb, 0, (double *)p->c + i * m * n, n);
    else
      cblas_sgemm(CblasRowMajor, ta, tb, m, n, k, 1, (float *)p->a + i * m * k, lda,
                  (float *)p->b + i * k * n, ldb, 0, (float *)p->c + i * m * n, n);
}

// filled returns n numbers of [-1, 1), aligned to a cache line.
static void *filled(int f64, size_t n) {
  static unsigned long long state = 1;
  size_t bytes = n * (f64 ? sizeof(double) : sizeof(float));
  void *p = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!p) {
    fprintf(stderr, "no memory for %zu bytes\n", bytes);
    exit(1);
  }
  for (size_t i = 0; i < n; i++) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    double v = (double)(state >> 11) / (1ull << 52) - 1;
    if (f64)
      ((double *)p)[i] = v;
    else
      ((float *)p)[i] = (float)v;
  }
  return p;
}

// median_of_calls warms up for a quarter of the time, then times batches of
// calls, about twenty in the time given.
static double median_of_calls(const product *p, double seconds) {
  static double batch[max_batches];
  double start = now();
  long calls = 0;
  do {
    call(p);
    calls++;
  } while (now() - start < seconds / 4);
  long size = (long)(seconds / 20 / ((now() - start) / calls));
  if (size < 1)
    size = 1;
  int n = 0;
  for (start = now(); n < max_batches && (n < 3 || now() - start < seconds); n++) {
    double t = now();
    for (long i = 0; i < size; i++)
      call(p);
    batch[n] = (now() - t) / size;
  }
  qsort(batch, n, sizeof *batch, ascending);
  return n % 2 ? batch[n / 2] : (batch[n / 2 - 1] + batch[n / 2]) / 2;
}

int main(int argc, char **argv) {
  if (argc != 2 || atoi(argv[1]) < 1) {
    fprintf(stderr, "usage: openblas THREADS\n");
    return 2;
  }
  openblas_set_num_threads(atoi(argv[1]));
  product p = {0};
  char line[256], type[8];
  while (fgets(line, sizeof line, stdin)) {
    product q = {0};
    double ms;
    if (!strcmp(line, "hello\n")) {
      printf("ok %s, %s kernels\n", openblas_get_config(), openblas_get_corename());
      fflush(stdout);
      continue;
    }
    q.count = 1;
    int known = sscanf(line, "gemm %7s %d %d %d %d %d %lf", type, &q.m, &q.n, &q.k, &q.ta, &q.tb, &ms) == 7 ||
                sscanf(line, "batch %7s %d %d %d %d %d %d %lf", type, &q.count, &q.m, &q.n, &q.k, &q.ta, &q.tb, &ms) == 8;
    if (known && (!strcmp(type, "f32") || !strcmp(type, "f64")) && q.count > 0 && q.m > 0 && q.n > 0 && q.k > 0 && ms > 0) {
      q.f64 = !strcmp(type, "f64");
      if (q.f64 != p.f64 || q.count != p.count || q.m != p.m || q.n != p.n || q.k != p.k || !p.a) {
        free(p.a), free(p.b), free(p.c);
        q.a = filled(q.f64, (size_t)q.count * q.m * q.k);
        q.b = filled(q.f64, (size_t)q.count * q.k * q.n);
        q.c = filled(q.f64, (size_t)q.count * q.m * q.n);
      } else {
        q.a = p.a, q.b = p.b, q.c = p.c;
      }
      p = q;
      printf("ok %.9g\n", median_of_calls(&p, ms / 1e3));
    } else {
      printf("err unknown request: %s", line);
    }
    fflush(stdout);
  }
}
