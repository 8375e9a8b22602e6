package main

import (
	"errors"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// A Machine says where the figures are from.
type Machine struct {
	CPU          string   `json:"cpu"`
	Cores        int      `json:"cores"`
	Instructions []string `json:"instructions"` // sets that matter here, of those the CPU has
	OS           string   `json:"os"`
	Go           string   `json:"go"`
}

func thisMachine() Machine {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		info = nil // not Linux
	}
	m := parseCPU(string(info))
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
