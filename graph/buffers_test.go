package graph

import (
	"testing"

	"github.com/adjoint-ad/adjoint/tensor"
)

// The classes must cover every length in order, waste at most an eighth, and
// give a size its own class back.
func TestClasses(t *testing.T) {
	last := -1
	for n := range 100_000 {
		c, size := class(n)
		if size < n || size-n > n/8 {
			t.Fatalf("class(%d) has size %d", n, size)
		}
		if c < last || c > last+1 {
			t.Fatalf("class(%d) is %d after %d", n, c, last)
		}
		if c2, size2 := class(size); c2 != c || size2 != size {
			t.Fatalf("class(%d) = %d, %d but class(%d) = %d, %d", n, c, size, size, c2, size2)
		}
		last = c
	}
}

func TestBuffersReuse(t *testing.T) {
	var b buffers
	x := b.get(tensor.Float64, []int{3, 30}) // 90 elements, rounded up to 96
	b.put(x)
	if y := b.get(tensor.Float32, []int{96}); y == x {
		t.Error("a buffer of another element type came back")
	}
	y := b.get(tensor.Float64, []int{95})
	if y != x || y.Len() != 95 || y.Rank() != 1 {
		t.Errorf("got %v, want the buffer of 90 elements as [95]", y.Shape())
	}
}
