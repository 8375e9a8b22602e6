package kernel

//go:generate env GOWORK=off go -C gen run ./gemm -out ../gemm_amd64.s -stubs ../gemm_amd64.go -pkg kernel

var forms32 = [...]forms[float32]{
	generic: {spaces: &spaces32},
	avx512: {16, 3, halfVector, [4]tile[float32]{tileHalf512x32x1, tile512x32x1, tile512x32x2, tile512x32x4}, [4]int{14, 14, 14, 6},
		[]crossing[float32]{{4, 8, acrossHalf512x32}, {10, 16, across512x32}, {10, 8, acrossHalf512x32}}, transpose512x32, column512x32, &spaces32},
	avx2: {8, 2, oneVector, [4]tile[float32]{nil, tile256x32x1, tile256x32x2, tile256x32x4}, [4]int{0, 6, 6, 2},
		[]crossing[float32]{{4, 8, across256x32}}, transpose256x32, column256x32, &spaces32},
}

var forms64 = [...]forms[float64]{
	generic: {spaces: &spaces64},
	avx512: {8, 2, halfVector, [4]tile[float64]{tileHalf512x64x1, tile512x64x1, tile512x64x2, tile512x64x4}, [4]int{14, 14, 14, 6},
		[]crossing[float64]{{4, 4, acrossHalf512x64}, {10, 8, across512x64}, {10, 4, acrossHalf512x64}}, transpose512x64, column512x64, &spaces64},
	avx2: {4, 1, oneVector, [4]tile[float64]{nil, tile256x64x1, tile256x64x2, tile256x64x4}, [4]int{0, 6, 6, 2},
		[]crossing[float64]{{4, 4, across256x64}}, transpose256x64, column256x64, &spaces64},
}
