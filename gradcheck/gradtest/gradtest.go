package gradtest

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/gradcheck/report"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Check fails the test unless the gradient of f at x is right. It is Run with the
// zero Checker and gradcheck.Vars(f, x...).
func Check(t testing.TB, f gradcheck.Func, x ...*tensor.Tensor) {
	t.Helper()
	Run(t, gradcheck.Checker{}, gradcheck.Vars(f, x...))
}

// Run fails the test unless the target passes the check, with all that the check has
// to say. A check that could prove nothing fails it too: it takes another point. Run
// returns the report.
func Run(t testing.TB, c gradcheck.Checker, target gradcheck.Target) *gradcheck.Report {
	t.Helper()
	r := c.Run(target)
	err := r.Err()
	if err == nil {
		return r
	}
	name := target.Name
	if name == "" {
		name = t.Name()
	}
	t.Errorf("%s: %v\n%v%s", name, r.Code(), err, keep(t, report.Result{Name: name, Report: r}))
	return r
}

// keep writes a result to the artifact directory, and says where it is.
func keep(t testing.TB, r report.Result) string {
	t.Helper()
	dir := t.ArtifactDir()
	for name, write := range map[string]func(io.Writer, []report.Result) error{"gradcheck.html": report.HTML, "gradcheck.json": report.JSON} {
		f, err := os.Create(filepath.Join(dir, name))
		if err == nil {
			err = write(f, []report.Result{r})
		}
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			t.Logf("the report was not written: %v", err)
			return ""
		}
	}
	return "\nreport: " + filepath.Join(dir, "gradcheck.html")
}
