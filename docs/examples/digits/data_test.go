package main

import (
	"slices"
	"strings"
	"testing"
)

// line is a correct line with its i-th value replaced.
func line(i int, value string) string {
	fields := slices.Repeat([]string{"3"}, pixels+1)
	fields[i] = value
	return strings.Join(fields, ",")
}

func load(t *testing.T) set {
	t.Helper()
	s, err := parse(strings.NewReader(digitsCSV))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDigits(t *testing.T) {
	s := load(t)
	if got := s.x.Shape(); !slices.Equal(got, []int{1797, 64}) {
		t.Fatalf("shape %v", got)
	}
	// The numbers of each digit, from the description in the UCI repository.
	want := []int{178, 182, 177, 183, 181, 182, 181, 179, 174, 180}
	have := make([]int, classes)
	for _, digit := range s.labels {
		have[digit]++
	}
	if !slices.Equal(have, want) {
		t.Errorf("there are %v of the digits, want %v", have, want)
	}
	if least, most := slices.Min(s.x.Float64s()), slices.Max(s.x.Float64s()); least != 0 || most != 1 {
		t.Errorf("pixels from %v to %v, want 0 to 1", least, most)
	}
}

func TestParse(t *testing.T) {
	s, err := parse(strings.NewReader(line(9, "16") + "\r\n" + line(pixels, "7")))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.labels, []int{3, 7}) {
		t.Errorf("labels %v", s.labels)
	}
	if p := s.picture(0); p[9] != 1 || p[10] != 3.0/16 {
		t.Errorf("pixels %v", p)
	}
}

func TestParseRefuses(t *testing.T) {
	good := line(0, "0") + "\n"
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "there are no pictures"},
		{"a short line", good + "1,2,3\n", "line 2: there are 3 values; want 64 pixels and a digit"},
		{"a long line", good[:len(good)-1] + ",1\n", "line 1: there are 66 values; want 64 pixels and a digit"},
		{"an empty line", good + "\n" + good, "line 2: there are 1 values; want 64 pixels and a digit"},
		{"a dark pixel", good + line(4, "17"), `line 2, value 5: pixel "17" is not a whole number from 0 to 16`},
		{"a negative pixel", line(63, "-1"), `line 1, value 64: pixel "-1" is not a whole number from 0 to 16`},
		{"a fraction", line(0, "1.5"), `line 1, value 1: pixel "1.5" is not a whole number from 0 to 16`},
		{"a blank", line(1, " 1"), `line 1, value 2: pixel " 1" is not a whole number from 0 to 16`},
		{"a missing pixel", line(2, ""), `line 1, value 3: pixel "" is not a whole number from 0 to 16`},
		{"a number that is no digit", line(64, "10"), `line 1, value 65: "10" is not a digit from 0 to 9`},
		{"a line without end", good + strings.Repeat("1", 1<<17), "after line 1: bufio.Scanner: token too long"},
	} {
		_, err := parse(strings.NewReader(c.text))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got error %v, want %s", c.name, err, c.want)
		}
	}
}

func TestRules(t *testing.T) {
	const n = 1797
	for _, c := range []struct {
		name string
		by   rule
		test func(i int) bool
	}{
		{"interleaved", interleaved, func(i int) bool { return i%5 == 4 }},
		{"writers", byWriter, func(i int) bool { return i >= 1438 }},
	} {
		learn, held := c.by(n, 5)
		if len(learn) != 1438 || len(held) != 359 {
			t.Errorf("%s: %d and %d rows, want 1438 and 359", c.name, len(learn), len(held))
		}
		seen := make([]int, n)
		for _, i := range learn {
			seen[i]++
		}
		for _, i := range held {
			seen[i]++
			if !c.test(i) {
				t.Errorf("%s: row %d is held back", c.name, i)
			}
		}
		for i, times := range seen {
			if times != 1 {
				t.Errorf("%s: row %d comes %d times", c.name, i, times)
			}
		}
	}
}

// Pictures are told apart by a label of their own, so that a row that two parts
// share would be seen.
func TestDivide(t *testing.T) {
	for name, by := range map[string]rule{"interleaved": interleaved, "writers": byWriter} {
		s := load(t)
		for i := range s.labels {
			s.labels[i] = i
		}
		p := divide(s, by)
		if p.train.len() != 1295 || p.validation.len() != 143 || p.test.len() != 359 {
			t.Errorf("%s: %d, %d and %d pictures", name, p.train.len(), p.validation.len(), p.test.len())
		}
		if _, test := by(s.len(), 5); !slices.Equal(p.test.labels, test) {
			t.Errorf("%s: the test part has rows %v", name, p.test.labels)
		}
		seen := make(map[int]bool)
		for _, part := range []set{p.train, p.validation, p.test} {
			for i, row := range part.labels {
				if seen[row] {
					t.Errorf("%s: row %d is in two parts", name, row)
				}
				seen[row] = true
				if !slices.Equal(part.picture(i), s.picture(row)) {
					t.Errorf("%s: row %d has the picture of another", name, row)
				}
			}
		}
	}
}
