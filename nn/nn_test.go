package nn_test

import (
	"errors"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/tensor"
)

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// mustPanic checks that f panics with a *tensor.Error of exactly that text.
func mustPanic(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		err, _ := recover().(error)
		if _, ok := errors.AsType[*tensor.Error](err); !ok {
			t.Errorf("want a panic with a *tensor.Error %q, got %v", want, err)
		} else if err.Error() != want {
			t.Errorf("panic text\n%s\nwant\n%s", err, want)
		}
	}()
	f()
}

func names(params iter.Seq2[string, *tensor.Tensor]) []string {
	var list []string
	for name := range params {
		list = append(list, name)
	}
	return list
}

// mustYield checks the names of params, and that a loop may end at each.
func mustYield(t *testing.T, params iter.Seq2[string, *tensor.Tensor], want ...string) {
	t.Helper()
	if got := names(params); !slices.Equal(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
	for stop := range want {
		var seen []string
		for name := range params {
			seen = append(seen, name)
			if len(seen) == stop+1 {
				break
			}
		}
		if !slices.Equal(seen, want[:stop+1]) {
			t.Errorf("names up to the %dth: %q, want %q", stop+1, seen, want[:stop+1])
		}
	}
}
