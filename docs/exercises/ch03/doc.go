// Package ch03 has the exercises of chapter 03.
//
//	go test -tags exercise ./docs/exercises/ch03
package ch03
