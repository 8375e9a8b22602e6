package training

// A history holds losses of steps that are evenly spaced, and thins itself out so that it
// never is longer than kept.
type history struct {
	every  int // steps between two values, a power of 2
	values []float64
}

// kept is the length at which a history is thinned out.
const kept = 512

// note must be called for each step, from 0 on.
func (h *history) note(step int, loss float64) {
	h.every = max(h.every, 1)
	if step%h.every != 0 {
		return
	}
	if len(h.values) == kept {
		for i := range kept / 2 {
			h.values[i] = h.values[2*i]
		}
		h.values = h.values[:kept/2]
		h.every *= 2
	}
	h.values = append(h.values, loss)
}
