// Package ch06 has the exercises of chapter 06.
//
//	go test -tags exercise ./docs/exercises/ch06
package ch06
