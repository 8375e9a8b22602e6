package graph

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/adjoint-ad/adjoint/tensor"
)

// Kept says what a tape keeps alive for its sweeps: every value that an operation
// computed, until Reset. It keeps them all, also those that no rule reads, because a Var
// may be asked for its Value. Watched and input tensors belong to the caller and do not
// count, nor do gradients and what the tape has put by to use again.
type Kept struct {
	Bytes  int
	Values int
	Sites  []KeptSite // those that keep most come first
}

// A KeptSite is what one operation keeps that is applied at one line of the program.
type KeptSite struct {
	Op     string
	Line   string // empty if the tape does not Trace
	Bytes  int
	Values int
}

// Kept reports what the tape keeps, by operation and by the line of the user's program if
// the tape traces. What Checkpoint computes again is not among it.
func (t *Tape) Kept() Kept {
	type key struct{ op, line string }
	var k Kept
	sites := map[key]KeptSite{}
	for v := range t.Vars() {
		if v.kind != computed && v.kind != seed {
			continue
		}
		at := key{v.kindOrName(), v.at("")}
		s := sites[at]
		s.Op, s.Line, s.Bytes, s.Values = at.op, at.line, s.Bytes+size(v.value), s.Values+1
		sites[at] = s
		k.Bytes, k.Values = k.Bytes+size(v.value), k.Values+1
	}
	k.Sites = slices.SortedFunc(maps.Values(sites), func(a, b KeptSite) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), strings.Compare(a.Op, b.Op), strings.Compare(a.Line, b.Line))
	})
	return k
}

func (v *Var) kindOrName() string {
	if op := v.Op(); op != nil {
		return op.Name()
	}
	return v.kind.String()
}

func size(x *tensor.Tensor) int {
	if x.Type() == tensor.Float32 {
		return 4 * x.Len()
	}
	return 8 * x.Len()
}

// CheckKept returns an error if the tape keeps more than so many bytes. It names the sites
// that keep most. As an assertion in a test it notices when a computation has begun to keep
// more than was planned.
func (t *Tape) CheckKept(limit int) error {
	k := t.Kept()
	if k.Bytes <= limit {
		return nil
	}
	k.Sites = k.Sites[:min(len(k.Sites), 5)]
	return fmt.Errorf("graph.CheckKept: the tape keeps more than %d bytes; cut the computation by Checkpoint where most is kept:\n%v", limit, k)
}

// String returns a table of all sites, and the sum below it.
func (k Kept) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "bytes\tvalues\top\tline\t")
	for _, s := range k.Sites {
		fmt.Fprintf(w, "%d\t%d\t%s\t%s\t\n", s.Bytes, s.Values, s.Op, s.Line)
	}
	fmt.Fprintf(w, "%d\t%d\t\t\t\n", k.Bytes, k.Values)
	w.Flush()
	return b.String()
}
