package nn

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/adjoint-ad/adjoint/tensor"
)

// Summary returns a table of the parameters of m: names, shapes and numbers of
// elements, with their total in the last line. A tensor that comes again by
// another name is shown as such, and counted once.
//
//	0.W    [128 784]  100352
//	0.B    [128]      128
//	total             100480
func Summary(m Module) string {
	var s strings.Builder
	table := tabwriter.NewWriter(&s, 0, 0, 2, ' ', 0)
	first := make(map[*tensor.Tensor]string)
	total := 0
	for name, w := range m.Params() {
		if of, ok := first[w]; ok {
			fmt.Fprintf(table, "%s\t%v\tis %s\n", name, w.Shape(), of)
			continue
		}
		first[w] = name
		total += w.Len()
		fmt.Fprintf(table, "%s\t%v\t%d\n", name, w.Shape(), w.Len())
	}
	fmt.Fprintf(table, "total\t\t%d\n", total)
	table.Flush()
	return s.String()
}
