package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// The protocol between bench and the programs it compares, each a process of
// its own that reads requests from its standard input. A request is a line of
// words, answered by one line: "ok" and a number, or "err" and the reason.
//
//	hello                               ok and a text: versions, kernels
//	gemm TYPE M N K TA TB MS            C = op(A) op(B), C of M × N, sums over K
//	batch TYPE COUNT M N K TA TB MS     COUNT of them, each with matrices of its own
//	step TYPE sgd|adam WIDTHS BATCH MS  a training step
//	map TYPE FUNCTION N MS              FUNCTION of N elements
//	mapgrad TYPE FUNCTION N MS          and its gradient
//	sum TYPE 0|1 ROWS COLS MS           sums over the columns' or the rows' elements
//	rows TYPE FUNCTION ROWS COLS MS     FUNCTION of the rows, and its gradient
//	crossentropy TYPE ROWS COLS MS      mean cross-entropy, and its gradient
//	update TYPE RULE N MS               the update of N parameters alone
//	chain TYPE N MS                     N scalar operations, and their gradient
//	chainallocs TYPE N MS               allocations of the same
//	stepallocs TYPE RULE WIDTHS BATCH MS  and of a training step
//	cost TYPE WIDTHS BATCH MS           time of value and gradient / of the value
//	memory TYPE WIDTHS BATCH MS         peak bytes of a process that trains
//	first TYPE MS                       the derivative of x² at 2
//	as VARIANT step …                   a step written in another way: see torch_bench.py
//
// TYPE is f32 or f64 and MS how many milliseconds the sample should last.
// Unless said otherwise the answer is the median of the seconds per call. The
// program of limits knows two others, which peak.c describes.

// A program is a side that is written in Go.
type program struct {
	hello   func() string
	prepare func(request []string) (workload, error)
}

// programs are the values of -child.
var programs = map[string]program{"adjoint": adjointProgram, "gonum": gonumProgram}

// A workload measures what one request is about, for about the time given.
type workload func(d time.Duration) (float64, error)

// serve answers requests until the input ends. What the last request needed is
// kept for a repetition.
func serve(in io.Reader, out io.Writer, p program) error {
	var last string
	var work workload
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if lines.Text() == "hello" {
			fmt.Fprintln(out, "ok", p.hello())
			continue
		}
		request, d, err := parseRequest(lines.Text())
		if err == nil && request != last {
			last = request
			work, err = p.prepare(strings.Fields(request))
		}
		var answer float64
		if err == nil {
			answer, err = work(d)
		}
		if err != nil {
			last = ""
			fmt.Fprintln(out, "err", err)
			continue
		}
		fmt.Fprintln(out, "ok", answer)
	}
	return lines.Err()
}

// parseRequest takes the milliseconds from the end of a request.
func parseRequest(line string) (request string, d time.Duration, err error) {
	i := strings.LastIndexByte(line, ' ')
	if i < 0 {
		return "", 0, fmt.Errorf("unknown request %q", line)
	}
	ms, err := strconv.ParseFloat(line[i+1:], 64)
	if err != nil || !(ms > 0 && ms < 1e6) {
		return "", 0, fmt.Errorf("request %q does not end in milliseconds", line)
	}
	return line[:i], time.Duration(ms * float64(time.Millisecond)), nil
}

// parseAnswer reads the answer to a request.
func parseAnswer(line string) (float64, error) {
	if why, ok := strings.CutPrefix(line, "err "); ok {
		return 0, errors.New(why)
	}
	text, ok := strings.CutPrefix(line, "ok ")
	if !ok {
		return 0, malformed(line)
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x >= 0 && x < 1e300) {
		return 0, malformed(line)
	}
	return x, nil
}

// A malformed answer is not one of the protocol.
type malformed string

func (m malformed) Error() string { return fmt.Sprintf("malformed answer %q", string(m)) }

// calls is the workload of one call: it warms up for a quarter of the time,
// then times batches of calls, about twenty in the time given.
func calls(f func()) workload {
	return func(d time.Duration) (float64, error) {
		n, start := 0, time.Now()
		for n == 0 || time.Since(start) < d/4 {
			f()
			n++
		}
		size := max(1, int(float64(d)/20/(float64(time.Since(start))/float64(n))))
		var batches []float64
		start = time.Now()
		for len(batches) < 3 || time.Since(start) < d {
			t := time.Now()
			for range size {
				f()
			}
			batches = append(batches, time.Since(t).Seconds()/float64(size))
		}
		return spread(batches).Median, nil
	}
}

// numbers reads the last words of a request: n integers of at least low.
func numbers(request []string, n, low int) ([]int, error) {
	if len(request) < n {
		return nil, fmt.Errorf("request %q wants %d numbers", strings.Join(request, " "), n)
	}
	list := make([]int, n)
	for i, text := range request[len(request)-n:] {
		x, err := strconv.Atoi(text)
		if err != nil || x < low {
			return nil, fmt.Errorf("request %q: %q is not a number of at least %d", strings.Join(request, " "), text, low)
		}
		list[i] = x
	}
	return list, nil
}
