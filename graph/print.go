package graph

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// String returns a listing of the tape, a line for each value:
//
//	%0 = watch         [2 3]
//	%1 = input         [3]
//	%2 = mul    %0 %1  [2 3]
func (t *Tape) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for v := range t.Vars() {
		fmt.Fprintf(w, "%%%d = %s\t%s\t%v%s\n", v.id, v.what(), v.operands(), v.value.Shape(), v.at("\t"))
	}
	w.Flush()
	return b.String()
}

// String returns the line of v in a listing of its tape, as
// "%2 = mul %0 %1 [2 3]", or for a constant its element type and shape.
func (v *Var) String() string {
	switch {
	case v.tape == nil:
		return fmt.Sprintf("const %v %v", v.value.Type(), v.value.Shape())
	case v.value == nil:
		return v.label()
	case len(v.in) == 0:
		return fmt.Sprintf("%s %v%s", v.label(), v.value.Shape(), v.at(" made at "))
	}
	return fmt.Sprintf("%s %s %v%s", v.label(), v.operands(), v.value.Shape(), v.at(" made at "))
}

func (v *Var) label() string {
	if v.kind == temporary {
		return v.kind.String()
	}
	return fmt.Sprintf("%%%d = %s", v.id, v.what())
}

// what names the operation, or how else v came about.
func (v *Var) what() string {
	switch op := v.Op().(type) {
	case nil:
		return v.kind.String()
	case fmt.Stringer:
		return op.String()
	default:
		return op.Name()
	}
}

func (v *Var) operands() string {
	var b strings.Builder
	for i, in := range v.in {
		if i > 0 {
			b.WriteByte(' ')
		}
		switch {
		case in.tape != nil:
			fmt.Fprintf(&b, "%%%d", in.id)
		case in.value.Len() == 1:
			fmt.Fprintf(&b, "%.6g", in.value.Item())
		default:
			fmt.Fprintf(&b, "const%v", in.value.Shape())
		}
	}
	return b.String()
}

// at returns where v was made behind a prefix, if the tape traces.
func (v *Var) at(prefix string) string {
	if len(v.site) == 0 {
		return ""
	}
	return prefix + v.site.String()
}
