package kernel

import "sync"

// A pool keeps values that nobody uses. It differs from a sync.Pool in that a
// program which allocates nothing finds them again for certain.
type pool[E any] struct {
	mu   sync.Mutex
	free []*E
}

// maxFree limits the memory that is kept.
const maxFree = 16

func (p *pool[E]) get() *E {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.free)
	if n == 0 {
		return new(E)
	}
	x := p.free[n-1]
	p.free = p.free[:n-1]
	return x
}

func (p *pool[E]) put(x *E) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) < maxFree {
		p.free = append(p.free, x)
	}
}
