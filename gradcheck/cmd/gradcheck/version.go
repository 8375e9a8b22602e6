package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version prints the version that the program was installed as, or the commit it
// was built from.
func version(e env, _ []string) int {
	v := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		v = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && (v == "" || v == "(devel)") {
				v = s.Value
			}
		}
	}
	fmt.Fprintf(e.out, "gradcheck %s %s %s/%s\n", v, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return right
}
