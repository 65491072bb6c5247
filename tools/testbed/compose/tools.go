//go:build tools

// Package tools keeps Docker Compose among the requirements, with the sums of all it is built from.
package tools

import _ "github.com/docker/compose/v2/cmd"
