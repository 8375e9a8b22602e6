package kernel

import "golang.org/x/exp/constraints"

// MatMul adds the m×n product of a (m×k) and b (k×n) to dst, all row-major.
// With ta, a is stored transposed (k×m); with tb, b is (n×k). Each element of
// dst is one chain: its products are added in ascending k, each rounded.
func MatMul[T constraints.Float](dst, a, b []T, m, n, k int, ta, tb bool) {
	if k == 0 {
		return
	}
	rowA, colA := k, 1 // a's steps from row to row and from column to column
	if ta {
		rowA, colA = 1, m
	}
	for i := range m {
		row := dst[i*n : (i+1)*n]
		if tb {
			dots(row, a[i*rowA:], b, k, colA)
		} else {
			combine(row, a[i*rowA:], b, k, colA)
		}
	}
}

// combine adds Σ a[p·step]·(row p of b) to dst: it reads b along its rows.
func combine[T constraints.Float](dst, a, b []T, k, step int) {
	n := len(dst)
	for p := range k {
		v := a[p*step]
		for j, w := range b[p*n : (p+1)*n] {
			dst[j] += T(v * w)
		}
	}
}

// dots adds to each dst[j] the inner product of a and row j of b. Four of the
// chains run side by side: each addition waits for the one before it in its
// chain, and the other three fill the time.
func dots[T constraints.Float](dst, a, b []T, k, step int) {
	j := 0
	for ; j+4 <= len(dst); j += 4 {
		d := dst[j : j+4]
		b0, b1 := b[j*k:(j+1)*k], b[(j+1)*k:(j+2)*k]
		b2, b3 := b[(j+2)*k:(j+3)*k], b[(j+3)*k:(j+4)*k]
		s0, s1, s2, s3 := d[0], d[1], d[2], d[3]
		for p, w := range b0 {
			v := a[p*step]
			s0 += T(v * w)
			s1 += T(v * b1[p])
			s2 += T(v * b2[p])
			s3 += T(v * b3[p])
		}
		d[0], d[1], d[2], d[3] = s0, s1, s2, s3
	}
	for ; j < len(dst); j++ {
		s := dst[j]
		for p, w := range b[j*k : (j+1)*k] {
			s += T(a[p*step] * w)
		}
		dst[j] = s
	}
}
