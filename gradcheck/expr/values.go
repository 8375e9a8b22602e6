package expr

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/adjoint-ad/adjoint/tensor"
)

// ParseValue reads a number, a list of them as 1,2,3, or a matrix as 1,2;3,4 with rows
// between semicolons.
func ParseValue(text string) (*tensor.Tensor, error) {
	var rows [][]float64
	for line := range strings.SplitSeq(text, ";") {
		var row []float64
		for field := range strings.SplitSeq(line, ",") {
			v, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
			if err != nil {
				return nil, fmt.Errorf("%q is no number", field)
			}
			row = append(row, v)
		}
		if len(rows) > 0 && len(row) != len(rows[0]) {
			return nil, fmt.Errorf("row %d has %d numbers, row 0 has %d", len(rows), len(row), len(rows[0]))
		}
		rows = append(rows, row)
	}
	switch {
	case len(rows) > 1:
		return tensor.Matrix(rows), nil
	case strings.Contains(text, ","):
		return tensor.Vector(rows[0]...), nil
	}
	return tensor.Scalar(rows[0][0]), nil
}
