package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// A job is work in parts, which may be done in any order and at the same time.
type job interface{ part(i int) }

// A team does jobs with more than one goroutine. Waking one that sleeps costs
// more than many a job (some 100 µs), so a member who has run out of work looks
// out for more for a while before it sleeps, and nobody waits for a sleeper: the
// others do its parts.
type team struct {
	busy    sync.Mutex // held while a job is done: TryLock, and work alone if that fails
	members []*member
	job     job

	// The number of the job in the upper half, and of its parts that nobody has
	// begun in the lower: who lowers it has a part to do, and the job cannot
	// end before.
	open atomic.Uint64
	left atomic.Int32 // parts that are not done

	failed atomic.Pointer[any] // what the first part that panics has to say
}

type member struct {
	asleep atomic.Bool
	wake   chan struct{}
}

// crew is the one team. It gets its members when they are first wanted.
var crew team

// do does a job with the caller and procs−1 members. The caller holds busy.
func (t *team) do(j job, parts, procs int) {
	for len(t.members) < procs-1 {
		m := &member{wake: make(chan struct{}, 1)}
		t.members = append(t.members, m)
		go m.work(t)
	}
	t.job = j
	t.left.Store(int32(parts))
	t.open.Store((t.open.Load()>>32+1)<<32 | uint64(parts))
	for _, m := range t.members[:procs-1] {
		if m.asleep.CompareAndSwap(true, false) {
			m.wake <- struct{}{}
		}
	}
	t.help()
	for i := 0; t.left.Load() > 0; i++ {
		if i > 10000 {
			runtime.Gosched()
		}
	}
	t.job = nil
	if p := t.failed.Swap(nil); p != nil {
		panic(*p)
	}
}

// one does a part. A panic goes to the caller of do when all parts are over.
func (t *team) one(i int) {
	defer t.left.Add(-1)
	defer func() {
		if p := recover(); p != nil {
			t.failed.CompareAndSwap(nil, &p)
		}
	}()
	t.job.part(i)
}

// help does parts of the job until all are begun.
func (t *team) help() {
	for t.waiting() {
		open := t.open.Load()
		n := uint32(open)
		if n > 0 && t.open.CompareAndSwap(open, open-1) {
			t.one(int(n) - 1)
		}
	}
}

// waiting says whether a part waits to be begun.
func (t *team) waiting() bool { return uint32(t.open.Load()) > 0 }

// looks is how often a member looks for work before it sleeps: 10 to 50 µs.
const looks = 30000

// soon says whether a part turns up within that time.
func (t *team) soon() bool {
	for range looks {
		if t.waiting() {
			return true
		}
	}
	return false
}

// work does parts of the team's jobs for ever.
func (m *member) work(t *team) {
	for {
		if !t.soon() {
			m.asleep.Store(true)
			// A job that began before that does not wake m. One that began
			// after it does: then the flag is down, and a token on its way.
			if !t.waiting() || !m.asleep.CompareAndSwap(true, false) {
				<-m.wake
			}
		}
		t.help()
	}
}
