// Command jumun-server brings paid orders to the stores they were placed in.
//
// This is the way of one order through the packages below internal:
//
//   - command reads the flags and the environment, and starts a pod: one running server.
//   - pod wires everything that follows, routes HTTP requests, and ends in an order that
//     loses nothing.
//   - ingest takes the order in: from the Pub/Sub topic, from the intake stream, or by POST.
//     It parses what publishers really send. For a POST, auth has checked the token and the
//     limits before.
//   - eventlog records it: one Lua script drops a repeat, appends the order to its mart's
//     log in Redis, and announces it on the mart's channel. Its position in the log is the
//     ID of the event.
//   - eventlog/follow reads the announcement on every server that has devices of this mart.
//     An event names its predecessor, so a missing one is seen, and read from the log.
//   - hub hands the event to the mart's subscribers here. It never waits for one of them.
//   - sse writes it to each device as one frame. A device that connects gets what it has
//     missed first. A quiet stream is held by sse/netpoll, as a bare descriptor (Linux).
//   - The device confirms with POST …/ack. eventlog records that as well, and the event
//     reaches the other devices of the mart in the same way.
//
// Beside that way:
//
//   - auth decides who may do what: tokens, pairing, limits of requests and streams.
//   - devices knows which devices were paired and which are connected; revocation knows
//     which tokens are void, and ends their streams.
//   - redisconn dials Redis; embeddedredis is a Redis inside the process, for trying out;
//     localredis runs a redis-server for one server, which keeps everything in a folder;
//     tlsconf holds certificates; httperror is the only place where errors become answers;
//     logqueue writes the log without waiting for its reader.
package main
