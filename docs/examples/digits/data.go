package main

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/adjoint-ad/adjoint/tensor"
)

const (
	side    = 8           // pixels in a row and in a column of a picture
	pixels  = side * side // of a picture
	maxInk  = 16          // the value of a black pixel in the file
	classes = 10          // the digits 0 to 9
)

// digitsCSV holds 1797 pictures; data/README.md says whose.
//
//go:embed data/digits.csv
var digitsCSV string

// A set is a number of pictures and the digits that they show.
type set struct {
	x      *tensor.Tensor // n × 64: a picture a row, each pixel from 0 (paper) to 1 (ink)
	labels []int
}

func (s set) len() int { return len(s.labels) }

// picture returns the pixels of picture i, which are not a copy.
func (s set) picture(i int) []float64 { return s.x.Float64s()[i*pixels : (i+1)*pixels] }

// take returns a set of the given rows of s.
func (s set) take(rows []int) set {
	labels := make([]int, len(rows))
	for i, row := range rows {
		labels[i] = s.labels[row]
	}
	return set{tensor.Take(nil, s.x, 0, rows), labels}
}

// parse reads a picture a line: 64 pixels from 0 to 16, row by row, and the
// digit, with commas between them.
func parse(r io.Reader) (set, error) {
	var x []float64
	var labels []int
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Split(lines.Text(), ",")
		if len(fields) != pixels+1 {
			return set{}, fmt.Errorf("line %d: there are %d values; want %d pixels and a digit", n, len(fields), pixels)
		}
		for i, field := range fields[:pixels] {
			v, ok := whole(field, maxInk)
			if !ok {
				return set{}, fmt.Errorf("line %d, value %d: pixel %q is not a whole number from 0 to %d", n, i+1, field, maxInk)
			}
			x = append(x, float64(v)/maxInk)
		}
		label, ok := whole(fields[pixels], classes-1)
		if !ok {
			return set{}, fmt.Errorf("line %d, value %d: %q is not a digit from 0 to 9", n, pixels+1, fields[pixels])
		}
		labels = append(labels, label)
	}
	if err := lines.Err(); err != nil {
		return set{}, fmt.Errorf("after line %d: %w", len(labels), err)
	}
	if len(labels) == 0 {
		return set{}, fmt.Errorf("there are no pictures")
	}
	return set{tensor.FromSlice(x, len(labels), pixels), labels}, nil
}

// whole reads a number from 0 to most, written in digits alone.
func whole(s string, most int) (int, bool) {
	v, err := strconv.ParseUint(s, 10, 16)
	return int(v), err == nil && v <= uint64(most)
}

// A rule divides rows 0 … n−1 into those to learn from and those held back, one
// in k. Rows that lie near each other in the file were written by the same hand.
type rule func(n, k int) (learn, held []int)

// interleaved holds back each k-th row: other pictures by the same writers.
func interleaved(n, k int) (learn, held []int) {
	return partition(n, func(i int) bool { return i%k == k-1 })
}

// byWriter holds back the end of the file: pictures by other writers.
func byWriter(n, k int) (learn, held []int) {
	return partition(n, func(i int) bool { return i >= n-n/k })
}

func partition(n int, hold func(i int) bool) (learn, held []int) {
	for i := range n {
		if hold(i) {
			held = append(held, i)
		} else {
			learn = append(learn, i)
		}
	}
	return learn, held
}

// parts are the data of one run. Choices are made by looking at the validation
// part, so that the test part still says how the network does on new pictures.
type parts struct{ train, validation, test set }

// divide holds back a fifth of s as the test part, and a tenth of the rest, by
// the same rule and so about as hard, for validation.
func divide(s set, by rule) parts {
	learn, test := by(s.len(), 5)
	rest := s.take(learn)
	train, validation := by(rest.len(), 10)
	return parts{rest.take(train), rest.take(validation), s.take(test)}
}
