package main

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A result is all that a run leaves.
type result struct {
	code           int
	stdout, stderr string
	files          map[string]string // of the directory it ran in
}

// start runs the program in a new directory.
func start(t *testing.T, ctx context.Context, args string) result {
	t.Helper()
	t.Chdir(t.TempDir())
	var stdout, stderr bytes.Buffer
	r := result{code: run(ctx, strings.Fields(args), &stdout, &stderr), files: make(map[string]string)}
	r.stdout, r.stderr = stdout.String(), stderr.String()
	err := filepath.WalkDir(".", func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		r.files[filepath.ToSlash(path)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// complete fails the test unless the figures and a report are there.
func (r result) complete(t *testing.T, dir string) {
	t.Helper()
	if len(r.files) != len(figures) {
		t.Errorf("there are %d files, want %d", len(r.files), len(figures))
	}
	for _, f := range figures {
		if _, err := png.Decode(strings.NewReader(r.files[dir+"/"+f.file])); err != nil {
			t.Errorf("%s: %v", f.file, err)
		}
	}
	lines := strings.Split(r.stdout, "\n")
	last := lines[len(lines)-2] // each line ends with a line feed
	if !regexp.MustCompile(`^test accuracy \d{1,3}\.\d\d %$`).MatchString(last) {
		t.Errorf("the last line is %q", last)
	}
	for _, line := range lines {
		if strings.TrimRight(line, " ") != line {
			t.Errorf("there are blanks at the end of %q", line)
		}
	}
	for _, title := range []string{"data", "network", "gradient", "training", "files", "test"} {
		if !strings.Contains(r.stdout, "\n"+title+" ") {
			t.Errorf("the report has no part %q:\n%s", title, r.stdout)
		}
	}
	if r.stderr != "" {
		t.Errorf("stderr: %s", r.stderr)
	}
}

func TestRun(t *testing.T) {
	r := start(t, t.Context(), "-epochs 3 -hidden 16 -out a/b")
	if r.code != done {
		t.Errorf("exit code %d", r.code)
	}
	r.complete(t, "a/b")
	if strings.Contains(r.stdout, "interrupted") {
		t.Errorf("report:\n%s", r.stdout)
	}
}

// What the program promises: with no flag but the seed it reads 97 % of the
// pictures that it has not seen.
func TestAccuracy(t *testing.T) {
	if testing.Short() {
		t.Skip("three whole trainings")
	}
	for _, seed := range []string{"1", "2", "3"} {
		r := start(t, t.Context(), "-seed "+seed)
		r.complete(t, "digits-out")
		var accuracy float64
		report := strings.TrimSpace(r.stdout)
		_, err := fmt.Sscanf(report[strings.LastIndex(report, "\n")+1:], "test accuracy %f %%", &accuracy)
		if err != nil || accuracy < 97 {
			t.Errorf("seed %s: %v %%, error %v", seed, accuracy, err)
		}
	}
}

func TestSameSeedSameResult(t *testing.T) {
	const args = "-epochs 3 -hidden 16 -seed "
	a, b, other := start(t, t.Context(), args+"5"), start(t, t.Context(), args+"5"), start(t, t.Context(), args+"6")
	if a.stdout != b.stdout {
		t.Errorf("two reports:\n%s\n%s", a.stdout, b.stdout)
	}
	for name, data := range a.files {
		if b.files[name] != data {
			t.Errorf("%s differs", name)
		}
	}
	if other.files["digits-out/weights.png"] == a.files["digits-out/weights.png"] {
		t.Error("another seed gives the same weights")
	}
}

func TestInterrupt(t *testing.T) {
	r := start(t, &countdown{t.Context(), 100}, "-hidden 16") // in the third of 100 epochs
	if r.code != interrupted {
		t.Errorf("exit code %d", r.code)
	}
	r.complete(t, "digits-out")
	if want := "interrupted in epoch 3 of 100; what follows is what was learnt so far"; !strings.Contains(r.stdout, want) {
		t.Errorf("want %q in:\n%s", want, r.stdout)
	}
}

func TestInterruptBeforeTraining(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := start(t, ctx, "-hidden 16")
	if r.code != interrupted {
		t.Errorf("exit code %d", r.code)
	}
	r.complete(t, "digits-out")
	if want := "interrupted in epoch 1 of 100"; !strings.Contains(r.stdout, want) {
		t.Errorf("want %q in:\n%s", want, r.stdout)
	}
}

func TestMisuse(t *testing.T) {
	r := start(t, t.Context(), "-epochs none")
	want := "digits: -epochs none: want a whole number of at least 1\nThe flag -h lists what can be set.\n"
	if r.code != misused || r.stderr != want || r.stdout != "" || len(r.files) > 0 {
		t.Errorf("exit code %d, stdout %q, stderr %q", r.code, r.stdout, r.stderr)
	}
}

func TestHelpRun(t *testing.T) {
	r := start(t, t.Context(), "-h")
	if r.code != done || !strings.HasPrefix(r.stdout, "Digits trains") || r.stderr != "" || len(r.files) > 0 {
		t.Errorf("exit code %d, stdout %q, stderr %q", r.code, r.stdout, r.stderr)
	}
}

// A directory that cannot be made is noticed before the training.
func TestNoDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("file", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"-out", "file"}, &stdout, &stderr)
	if code != failed || !strings.HasPrefix(stderr.String(), "digits: mkdir file: ") || strings.Contains(stdout.String(), "training") {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout.String(), stderr.String())
	}
}

// A figure that cannot be written does not cost the report.
func TestUnwritable(t *testing.T) {
	t.Chdir(t.TempDir())
	// A directory cannot be replaced by a file.
	if err := os.MkdirAll(filepath.Join("out", "curves.png", "sub"), 0o777); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), strings.Fields("-out out -epochs 1 -hidden 8"), &stdout, &stderr)
	if code != failed || !strings.Contains(stderr.String(), "curves.png") || !strings.Contains(stdout.String(), "\ntest accuracy ") {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout.String(), stderr.String())
	}
}
