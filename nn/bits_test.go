package nn_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The bits of all parameters after the run below, first on an AVX-512 machine.
// They are the same everywhere: kernels for other instruction sets round as the
// plain loops do, work is cut by the data and not by the number of workers, and
// no loop leaves it to the compiler whether to fuse a product and a sum.
const trainingHash = "24d50b052fe69fc4"

// trainingRun trains networks of both types, with each activation and
// optimizer, on products large enough to be shared out among workers.
func trainingRun() string {
	hash := sha256.New()
	for _, typ := range []tensor.Type{tensor.Float32, tensor.Float64} {
		r := source(11)
		model := nn.Sequential{
			nn.NewLinear(r, 90, 130), nn.Func(ops.GELU), nn.NewLinear(r, 130, 70), nn.Func(ops.Tanh),
			nn.NewLinear(r, 70, 40), nn.Func(ops.SiLU), nn.NewLinear(r, 40, 30), nn.Func(ops.Softplus),
			nn.NewLinear(r, 30, 20), nn.Func(ops.Sigmoid), nn.NewLinear(r, 20, 10),
		}
		nn.Convert(model, typ)
		x := tensor.RandUniform(r, -1, 1, 64, 90).To(typ)
		labels := make([]int, 64)
		for i := range labels {
			labels[i] = r.IntN(10)
		}
		adam, sgd := &optim.Adam{Rate: 1e-2}, &optim.SGD{Rate: 0.1, Momentum: 0.9}
		var tape graph.Tape
		for step := range 12 {
			tape.Reset()
			grads := nn.CrossEntropy(model.Forward(tape.Input(x)), labels).Backward()
			if step%2 == 0 {
				adam.Step(model.Params(), grads)
			} else {
				sgd.Step(model.Params(), grads)
			}
		}
		for _, w := range model.Params() {
			for i := range w.Len() {
				hash.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(w.Flat(i))))
			}
		}
	}
	return hex.EncodeToString(hash.Sum(nil)[:8])
}

func TestSameBitsEverywhere(t *testing.T) {
	if got := trainingRun(); got != trainingHash {
		t.Errorf("the parameters' hash is %s on %s, want %s", got, runtime.GOARCH, trainingHash)
	}
}

// The same under every instruction set that the machine has and for several
// numbers of workers, each in a process of its own.
func TestSameBitsForEveryInstructionSet(t *testing.T) {
	if os.Getenv("ADJOINT_TEST_HASH") != "" {
		fmt.Println("hash", trainingRun())
		return
	}
	self, err := os.Executable()
	if err == nil {
		err = exec.Command(self, "-test.list=^$").Run()
	}
	if err != nil { // as where a simulator runs this one
		t.Logf("this system does not start test programs: %v", err)
		return
	}
	for _, cpu := range []string{"avx512", "avx2", "generic"} {
		for _, workers := range []string{"1", "2", "3", "8"} {
			cmd := exec.Command(self, "-test.run=^TestSameBitsForEveryInstructionSet$")
			cmd.Env = append(os.Environ(), "ADJOINT_TEST_HASH=1", "ADJOINT_CPU="+cpu, "GOMAXPROCS="+workers)
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "hash "+trainingHash+"\n") {
				t.Errorf("%s with %s workers: %v\n%s, want hash %s", cpu, workers, err, out, trainingHash)
			}
		}
	}
}
