package kernel

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/exp/constraints"
)

// paged returns a copy of x that ends where the memory of the process does: the
// page behind it must not be touched.
func paged[T constraints.Float](t *testing.T, x []T) []T {
	page := syscall.Getpagesize()
	size := len(x) * int(unsafe.Sizeof(x[0]))
	whole := (size + page - 1) / page * page
	memory, err := syscall.Mmap(-1, 0, whole+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(memory) })
	if err := syscall.Mprotect(memory[whole:], syscall.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	y := unsafe.Slice((*T)(unsafe.Pointer(&memory[whole-size])), len(x))
	copy(y, x)
	return y
}

func TestPageEnd(t *testing.T) {
	eachISA(t, func(t *testing.T, i isa) {
		checkPageEnd[float32](t, i)
		checkPageEnd[float64](t, i)
	})
}

func checkPageEnd[T constraints.Float](t *testing.T, i isa) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, s := range [][3]int{{1, 1, 1}, {3, 5, 7}, {7, 13, 9}, {15, 17, 33}, {40, 10, 5}, {305, 9, 3}, {6, 63, 2}} {
		for _, f := range someForms() {
			p := pose[T](r, s[0], s[1], s[2], f)
			want := p.chains()
			want = want[64 : 64+len(p.dst.x)]
			p.dst.x, p.a.x, p.b.x = paged(t, p.dst.x), paged(t, p.a.x), paged(t, p.b.x)
			if p.bias {
				p.Bias = paged(t, p.Bias)
			}
			fast := p.product(i)
			fast.run(0, p.m, 0, p.n)
			if at := differs(p.dst.x, want); at >= 0 {
				t.Errorf("%v, %+v: element %d differs", s, f, at)
			}
		}
	}
}
