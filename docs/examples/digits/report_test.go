package main

import (
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
)

func TestConfusion(t *testing.T) {
	labels := []int{0, 0, 0, 1, 1, 2, 9, 9, 9, 9}
	var answers []answer
	for _, digit := range []int{0, 0, 1, 1, 1, 2, 9, 9, 9, 4} {
		answers = append(answers, answer{digit: digit, loss: 0.25})
	}
	var got strings.Builder
	printResult(&got, labels, answers)
	// 3 zeros, of which 2 were read; of 3 that were read as ones, 2 are.
	want := `
test      rows: the digit shown; columns: what it was read as

     0   1   2   3   4   5   6   7   8   9   pictures    recall  precision
 0   2   1   ·   ·   ·   ·   ·   ·   ·   ·          3    66.7 %    100.0 %
 1   ·   2   ·   ·   ·   ·   ·   ·   ·   ·          2   100.0 %     66.7 %
 2   ·   ·   1   ·   ·   ·   ·   ·   ·   ·          1   100.0 %    100.0 %
 3   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·          0         –          –
 4   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·          0         –      0.0 %
 5   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·          0         –          –
 6   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·          0         –          –
 7   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·          0         –          –
 8   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·          0         –          –
 9   ·   ·   ·   ·   1   ·   ·   ·   ·   3          4    75.0 %    100.0 %

test loss 0.2500
test accuracy 80.00 %
`
	if got.String() != want {
		t.Errorf("got %s\nwant %s", got.String(), want)
	}
}

func TestPrintCheck(t *testing.T) {
	good := gradcheck.Entry{Tape: -2, Reference: -2.25, Verdict: gradcheck.Agrees}
	kink := gradcheck.Entry{Tape: 9, Reference: 1, Verdict: gradcheck.Kink}
	for _, c := range []struct {
		entries []gradcheck.Entry
		want    string
	}{
		{[]gradcheck.Entry{good, good}, `
gradient  2 derivatives compared with finite differences, in float64: all agree
          the largest is 2.2, the largest difference 2.5e-01
`},
		{[]gradcheck.Entry{good, kink, good}, `
gradient  3 derivatives compared with finite differences, in float64: 2 agree,
          none is wrong, 1 at a kink or in noise prove nothing
          the largest is 2.2, the largest difference 2.5e-01
`},
	} {
		var got strings.Builder
		printCheck(&got, &gradcheck.Report{Entries: c.entries})
		if got.String() != c.want {
			t.Errorf("got %s\nwant %s", got.String(), c.want)
		}
	}
}

// However many epochs there are, about ten are printed, and always the last.
func TestPrintHistory(t *testing.T) {
	for _, c := range []struct{ epochs, lines int }{{1, 1}, {7, 7}, {10, 10}, {11, 6}, {100, 10}, {101, 10}} {
		tr := &training{options: options{epochs: c.epochs}, history: make([]epoch, c.epochs)}
		tr.history[c.epochs-1].valAccuracy = 0.5
		var got strings.Builder
		printHistory(&got, tr)
		lines := strings.Split(strings.TrimSpace(got.String()), "\n")
		if len(lines) != c.lines+1 || !strings.HasSuffix(lines[len(lines)-1], " 50.0 %") {
			t.Errorf("%d epochs:\n%s", c.epochs, got.String())
		}
	}
}
