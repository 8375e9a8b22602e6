package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// A Machine says where the figures are from.
type Machine struct {
	CPU          string    `json:"cpu"`
	Cores        int       `json:"cores"`
	Instructions []string  `json:"instructions"`     // sets that matter here, of those the CPU has
	Caches       []float64 `json:"caches,omitempty"` // bytes of the first, second, … for data
	OS           string    `json:"os"`
	Go           string    `json:"go"`
}

func thisMachine() Machine {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		info = nil // not Linux
	}
	m := parseCPU(string(info))
	m.Caches = caches("/sys/devices/system/cpu/cpu0/cache")
	m.Cores, m.OS, m.Go = runtime.NumCPU(), runtime.GOOS+"/"+runtime.GOARCH, runtime.Version()
	return m
}

// parseCPU reads Linux's description of the first CPU.
func parseCPU(info string) Machine {
	m := Machine{CPU: "unknown CPU"}
	if name := field(info, "model name"); name != "" {
		m.CPU = name
	}
	flags := strings.Fields(field(info, "flags"))
	for _, set := range []string{"avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl"} {
		if slices.Contains(flags, set) {
			m.Instructions = append(m.Instructions, set)
		}
	}
	return m
}

// caches reads Linux's description of the first CPU's caches.
func caches(dir string) []float64 {
	var sizes []float64
	for i := 0; ; i++ {
		read := func(name string) string {
			text, err := os.ReadFile(fmt.Sprintf("%s/index%d/%s", dir, i, name))
			if err != nil {
				return ""
			}
			return strings.TrimSpace(string(text))
		}
		kib, err := strconv.ParseFloat(strings.TrimSuffix(read("size"), "K"), 64)
		if err != nil {
			return sizes
		}
		if read("type") != "Instruction" {
			sizes = append(sizes, 1024*kib)
		}
	}
}

// home names the memory that so many bytes live in, cut among threads that
// share the last cache only: L1, L2, … or memory; nothing if caches are unknown.
func (m Machine) home(bytes float64, threads int) string {
	for i, size := range m.Caches {
		if i < len(m.Caches)-1 {
			size *= float64(threads)
		}
		if bytes <= size {
			return fmt.Sprintf("L%d", i+1)
		}
	}
	if len(m.Caches) == 0 {
		return ""
	}
	return "memory"
}

// peakMemory returns the most bytes that this process ever had in memory.
func peakMemory() (float64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	kib, err := strconv.ParseFloat(strings.TrimSuffix(field(string(status), "VmHWM"), " kB"), 64)
	if err != nil {
		return 0, errors.New("no VmHWM in /proc/self/status")
	}
	return 1024 * kib, nil
}

// field returns the first value of a name in lines of the form "name : value".
func field(text, name string) string {
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(line, ":")
		if ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
