package kernel

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// count counts how often each part is done.
type count [40]atomic.Int32

func (c *count) part(i int) { c[i].Add(1) }

// Every part is done exactly once, by members that look out and by sleepers.
func TestTeamParts(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, procs := range []int{2, 3, 8} {
		runtime.GOMAXPROCS(procs)
		var own team
		for round := range 300 {
			if round%50 == 49 {
				time.Sleep(3 * time.Millisecond) // members fall asleep
			}
			var c count
			parts := 1 + round%len(c)
			own.do(&c, parts, procs)
			for i := range c {
				want := int32(0)
				if i < parts {
					want = 1
				}
				if got := c[i].Load(); got != want {
					t.Fatalf("%d goroutines, %d parts: part %d is done %d times", procs, parts, i, got)
				}
			}
		}
		if len(own.members) != procs-1 {
			t.Errorf("%d members for %d goroutines", len(own.members), procs)
		}
		for _, m := range own.members {
			for !m.asleep.Load() {
				time.Sleep(time.Millisecond) // or the test times out
			}
		}
	}
}

// A part that panics does so in the caller, when the others are done, and the
// team is as good as before.
func TestTeamPanic(t *testing.T) {
	var own team
	for range 50 {
		func() {
			defer func() {
				if p := recover(); p != "part 3" {
					t.Errorf("the caller gets %v", p)
				}
			}()
			own.do(failing{}, 8, 3)
		}()
		var c count
		own.do(&c, len(c), 3)
		for i := range c {
			if c[i].Load() != 1 {
				t.Fatalf("after a panic part %d is done %d times", i, c[i].Load())
			}
		}
	}
}

type failing struct{}

func (failing) part(i int) {
	if i == 3 {
		panic("part 3")
	}
}
