package small

import "testing"

func TestMain(*testing.M) { panic("gradcheck must leave the package's own tests alone") }
