package kernel

import (
	"runtime"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/exp/constraints"
)

// The benchmarks report, besides the time, the share of what the machine can do:
// of the multiply-adds that a core does in registers (peak), and of the rate at
// which Add moves as many bytes of memory (bandwidth). Both are measured in the
// same process, the best of some milliseconds.

// fastest returns the least of the times that f takes, in seconds a call.
func fastest(f func()) float64 {
	f() // what it touches is in memory then
	least := time.Hour.Seconds()
	for begin := time.Now(); time.Since(begin) < 20*time.Millisecond; {
		calls := 0
		start := time.Now()
		for time.Since(start) < 500*time.Microsecond {
			f()
			calls++
		}
		least = min(least, time.Since(start).Seconds()/float64(calls))
	}
	return least
}

// peakOf returns the most operations that a core does in a second in an
// instruction set, of which a multiply-add is two; 0 if there is no loop for it.
func peakOf[T constraints.Float](set isa) float64 {
	var x T
	size, chains := unsafe.Sizeof(x), chains64
	if size == 4 {
		chains = chains32
	}
	if chains[set] == nil {
		return 0
	}
	const rounds = 1000
	lanes := 64 / float64(size)
	if set == avx2 {
		lanes /= 2
	}
	return 2 * 12 * rounds * lanes / fastest(func() { chains[set](rounds) })
}

// A meter knows the bandwidths that were measured so far, by bytes.
type meter map[int]float64

// bandwidth returns the bytes a second of Add on one core where its three slices have about
// so many bytes in all.
func (m meter) bandwidth(bytes int) float64 {
	if _, ok := m[bytes]; !ok {
		n := max(1, bytes/24)
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		x := operands[float64](3, n) // written: pages that never were are one page, all in the first cache
		m[bytes] = float64(24*n) / fastest(func() { F64.Add(x[0], x[1], x[2]) })
	}
	return m[bytes]
}

// report adds the rates of a benchmark that did operations and moved bytes in
// each call, of at most so many a second. More than all of the bandwidth is
// possible where memory is changed in place, which Add does not do.
func report(b *testing.B, flops, peak, bytes, bandwidth float64) {
	calls := float64(b.N) / b.Elapsed().Seconds()
	if flops > 0 {
		b.ReportMetric(flops*calls/1e9, "GFLOP/s")
	}
	if peak > 0 {
		b.ReportMetric(flops*calls/peak, "of-peak")
	}
	if bytes > 0 {
		b.ReportMetric(bytes*calls/1e9, "GB/s")
		b.ReportMetric(bytes*calls/bandwidth, "of-bandwidth")
	}
}

// The rates are of the order of magnitude that cores have.
func TestPeak(t *testing.T) {
	for set := avx2; set <= machine(); set++ {
		for name, peak := range map[string]func() float64{
			"float32": func() float64 { return peakOf[float32](set) }, "float64": func() float64 { return peakOf[float64](set) },
		} {
			if p := peak(); p < 1e8 || p > 1e12 {
				t.Errorf("%s of %s: a peak of %v operations a second", name, isaNames[set], p)
			}
		}
	}
	if p := peakOf[float64](generic); p != 0 {
		t.Errorf("plain Go has a peak of %v", p)
	}
	if w := (meter{}).bandwidth(1 << 14); w < 1e7 || w > 1e13 {
		t.Errorf("a bandwidth of %v bytes a second", w)
	}
}
