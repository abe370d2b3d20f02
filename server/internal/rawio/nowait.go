// Package rawio reads and writes sockets that never block, by bare system calls: as they
// never wait, Go's scheduler need not be told of them, which costs about a tenth of each,
// and far more where little happens (see Conn).
package rawio
