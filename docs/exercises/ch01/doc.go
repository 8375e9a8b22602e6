// Package ch01 has the exercises of chapter 01.
//
//	go test -tags exercise ./docs/exercises/ch01
package ch01
