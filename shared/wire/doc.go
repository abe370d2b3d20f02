// Package wire is the contract between order services, servers and devices: the paths, the
// events of a stream, and the JSON inside them. All JSON is UTF-8.
//
// # Tokens
//
// Every request except pairing carries a token: "Authorization: Bearer TOKEN" (RFC 6750,
// section 2.1) or, from a browser, the cookie __Host-jumun. A token is never part of a URL. It
// is a JWT (RFC 7519) signed with HS256; its header has the kid of the key:
//
//	{"aud":"jumun","sub":"pc-1","name":"카운터","role":"device","marts":["42"],"iat":1722000000,"exp":1729776000}
//
// role is device, publisher or admin. marts are the marts for which the token is valid; ["*"]
// means all. iat and exp are whole seconds since 1970, at most 400 days apart. A token is valid
// before its iat too: clocks differ. A server's key
// file is a JWK Set (RFC 7517) of "kty":"oct" keys; whoever has one of these keys can make
// tokens.
//
// "renew" (seconds since 1970) is until when what is made of the token by POST /v1/token may be valid;
// without it, none is made of it. A token that was made of another has "origin":{"kid","iat","lent"}: of
// the first token of that line, the key that signed it, when it was issued, and whether that key is lent,
// that is limited to some roles or marts, so that others have it. What revokes the first revokes all of
// the line.
//
// The owner of a lent key may write any sub. So the holder of a token that depends on a lent key is called
// "KID/SUB", and the holder of any other token "SUB".
//
// # Pairing
//
// An admin requests a code: POST /v1/admin/pairings {"martId":"42","name":"강남점"} answers
// 201 {"code":"ABCD-EFGH","martId":"42","expires":"…"}. The code can be used once, within 15
// minutes.
//
//	POST /v1/pair {"martId":"42","code":"ABCD-EFGH","device":"카운터"}
//	    200 {"token":"…","deviceId":"…","martName":"강남점","expires":"…"}. With "cookie":true
//	    the token is set as the cookie and is not in the answer.
//	POST /v1/enrol {"key":"ABCDE-FGHJK-MNPQR-STUVW-XYZ23","computer":"POS-42","device":"카운터","request":"…"}
//	    200 {"token":"…","deviceId":"…","martId":"42","martName":"강남점","expires":"…"}: pairs by an
//	    enrolment key. The server says which mart it is; with "martId" in the request, the key must be for
//	    that one. The same "request", 64 letters and digits at most, again is answered with the same device
//	    and is no further use of the key: send it again if the answer was lost. 404: a server of before.
//	POST /v1/token
//	    With the token of a device: the same answer, with a new token, for the same marts or those of them
//	    that were not revoked. Ask for it when half the life of the old token is over; once a second at
//	    most (429). {"device":"주방"} gives the device a new name. 403 forbidden: the token was not made
//	    to be renewed. The old token is good until it expires, or until the new one is renewed: so an
//	    answer that was lost is asked for again, and of two who have one token one is found out.
//
//	DELETE /v1/token
//	    204: the browser forgets the token in its cookie. The token itself stays good: an admin revokes it.
//
// A pairing link carries what a person would type, and pairs nobody by itself: the app fills its form in, and a
// person looks and saves. The parameters are in any order; those that are not known are ignored.
//
//	jumun://pair?server=https://jumun.example.com&mart=42&code=ABCD-EFGH
//
// GET /v1/marts/{mart} answers a device of the mart 200 {"martId":"42","name":"강남점"}: the name that an admin
// gave with a code last, or "", also if none of these codes was used. Ask once an hour at most.
//
// If the answer of a stream or of a poll has the header "Jumun-Renew: 1", renew the token once, at a
// random time within ten minutes, and not more often than once an hour.
//
// A wrong code, a used code and a mart that does not exist get the same answer: 403, type code. So does every
// enrolment key that is not good, whatever the reason: 403, type enrol. Do not ask again soon: that counts as
// guessing, and holds up whoever types a code at the same address.
// GET /v1/admin/marts/{mart}/devices answers {"devices":[…]}; mart * has whoever is not a device, for an
// admin of all marts. GET /v1/admin/devices?device=ID answers the same with what is listed of one holder.
//
// POST /v1/admin/revocations answers 204 and ends the streams concerned; 507, type full: there is no room.
//
//	{"device":"ID"}                 all tokens of the holder, for ever; by an admin of some marts: at those
//	{"device":"ID","martId":"42"}   all tokens of the holder, at this mart
//	{"martId":"42"}                 the tokens of role device whose line began until now; "*": of all marts
//	{"key":"KID"}                   everything that it has signed or will sign, and what was made of that
//
// GET answers {"revocations":[…],"next":"…"} to an admin of all marts, a page at a time; ask for the next
// with ?after=. POST /v1/admin/revocations/undo with the same bodies takes one back, 204; 404, type
// not-revoked: there is none.
//
// POST /v1/admin/enrolments answers 201 {"key":"…","id":"enrol-…","expires":"…"}: an enrolment key, which
// pairs many devices. 507, type full: there is no room.
//
//	{"martId":"42","name":"강남점","uses":3,"seconds":2592000}
//	{"computers":[{"computer":"POS-42","martId":"42","name":"강남점"}],"uses":1,"seconds":604800}
//
// The first one pairs any computer at its mart, three times; the second one each computer at its own mart,
// once. GET answers {"enrolments":[…]}, with ?id= one of them and who has used it; POST
// /v1/admin/enrolments/revoke {"id":"…"} answers 204; 404, type no-enrolment: there is none. An admin of some
// marts sees the keys that it made, and those that are for one mart which is its own.
//
// GET /v1/admin/keys answers {"keys":[…]} to an admin of all marts: the signing keys of the servers, how
// many tokens need each, and when the last of those ends. POST /v1/admin/keys/renewals {"key":"KID"} asks
// the devices with a token of that key to renew it, 204.
//
// # An order, as it is published
//
// An order service publishes one JSON object per order on a Redis Pub/Sub topic:
//
//	{"martId":42,"orderId":1001}
//
// IDs are JSON strings of 1 to 64 printable characters without spaces. Integers are accepted
// too, in every spelling (42, 42.0, 4.2e1), and become strings ("42"). The ID of a mart has none of
// / \ % ? # ; because proxies change these in a path. IDs are compared in Unicode's form NFC, with
// full-width letters and digits as ASCII. Unknown fields are ignored.
//
// What serializers put around the object or a value is taken off, four layers of it at most: a byte
// order mark, Java's serialization of a string, a JSON string, and the name of a Java class:
//
//	"{\"martId\":\"42\",\"orderId\":\"1001\"}"
//	["com.shop.Order",{"martId":["java.lang.Long",42],"orderId":1001}]
//
// Three more fields may be present, for people to read: "summary" (one line), "amount" (a string
// or a number) and "placedAt" (RFC 3339). An order rings even if these are malformed. Two fields
// are for the server: "key", an idempotency key of 1 to 128 printable characters, and "cancelled". A key that is only
// spaces, or the text null, undefined, None or nil, counts as none.
//
// The same object may be sent by POST to /v1/orders. 202 {"id","duplicate"} means that the order
// is recorded. 503 means that it is not known whether it is: send it again. 429 means that it is
// not: too many come. Or its fields may be
// appended to a Redis stream, which is read as soon as a server runs:
//
//	XADD jumun:orders * martId 42 orderId 1001
//
// There every value is text, so 1e3 stays as it is; with a point (42.0, 4.2e1) it is a number. The
// whole object may also be in one field: the only one, or payload, _raw or data.
//
// Within 48 hours, and in whatever way an order comes again, it is a repeat: it keeps its first
// ID and does not ring again. Another order may have the same number. A publication repeats an
// order so:
//
//   - Both have a key: if the keys are equal, and only then.
//   - Otherwise: if the orderId is equal, no field that both have (placedAt, amount, summary)
//     differs, and the first one is unconfirmed, or was confirmed less than an hour ago, or both
//     have the same placedAt.
//
// A server may be configured for another time than 48 hours, but not for less than one hour. If a
// mart has many more orders than a store has, some are known for one hour only.
//
// "cancelled":true withdraws the order with this orderId, or this key, in the same three ways. It
// stops ringing, and staff are told. Withdrawn before it was recorded, it never rings.
//
// # Pages of other origins
//
// A server may be told of origins (https://admin.example.com) whose pages may call what a device calls: the stream, polls,
// confirmations, presence, the name of the mart, and POST /v1/token. Their preflights are answered without a token. Such a page
// sends its token as "Authorization: Bearer TOKEN"; one of the server's own site may use the cookie. Pairing is for pages of
// the server itself.
//
// # A stream, as a device reads it
//
// GET /v1/marts/{mart}/events answers 200 text/event-stream: server-sent events as in the HTML
// standard, section 9.2 (https://html.spec.whatwg.org/multipage/server-sent-events.html). Each
// event is written at once and ends with a blank line.
//
//	event: connect     data: connected
//	    The first event, sent at once, with a retry: field. If it has an id:, a resume from
//	    that ID loses nothing. It has none when open orders follow.
//	event: order       data: {"martId":"42","orderId":"1001","message":"1001 주문 발생","at":"2024-07-27T20:00:00.123Z"}
//	    Ring. "summary", "amount" and "placedAt" are present if they were published.
//	    "confirmed":true means: do not ring, somebody has confirmed the order since.
//	event: ack         data: {"orderId":"1001","id":"1722000000000-0","device":"카운터","at":"2024-07-27T20:00:09.456Z"}
//	    Stop ringing for the order whose event had this id. The first ack says who confirmed it.
//	    An ack without an id confirms the orders with that orderId that were recorded before it.
//	event: cancel      data: {"orderId":"1001","id":"1722000000000-0","at":"…"}
//	    The publisher has withdrawn the order: stop ringing, and tell staff, until somebody has
//	    confirmed that they read it. An ack that follows says so.
//	event: reopen      data: {"orderId":"1001","id":"1722000000000-0","device":"카운터","at":"…"}
//	    A person has taken the confirmation back: ring again.
//	event: escalate    data: {"orderId":"1001","id":"1722000000000-0","at":"…"}
//	    Nobody has answered the order, and people outside of the store were told. It rings on.
//	event: test        data: {"at":"…"}
//	    An administrator tests the alarm: sound and show it once, as a test and not as an order, and
//	    answer; see below. A server sends none that is older than a minute.
//	event: gap         data: {"after":"1722000000000-0","oldest":"1722300000000-0"}
//	    The log does not know the ID that you gave, or no longer reaches back to it: some
//	    orders may be missing. What the log has follows. The id: is empty: forget your ID.
//	    If you gave none, the log has lost an order that nobody has confirmed.
//	event: bye         data: {"reason":"drain","retryMs":1200}
//	    The server ends this stream. It stops (drain), the stream is old (lifetime), you
//	    read too slowly (slow), or your token has expired (expired): reconnect after retryMs
//	    milliseconds. Or the device may not hear the mart any more (revoked): do not
//	    reconnect.
//	:                  A comment is a heartbeat, by default one every 20 s, and one within two seconds
//	    after an event: something on the way may hold back the last piece of a stream until the next
//	    one comes. A part of an event that is not followed by the rest within a second says the same.
//	    With ?heartbeat=event it is an event called heartbeat, without an id: and without data, since a
//	    browser's EventSource shows no comments.
//
// The id: of order, ack, cancel, reopen, escalate and test is the position of the event in its mart's log:
// "milliseconds-sequence"; "0-0" is before the first event. Store the event, then its ID. When
// you reconnect, send the ID as Last-Event-ID (or as ?after= or ?lastEventId=), and what you missed comes first,
// in order. Without an ID, the orders that nobody has confirmed come first. Events may come
// twice: drop an event whose ID you know. A Redis that has lost its newest data may record an order
// twice: drop an order that repeats one that you know, by the rule above.
//
// An ack without an id: field is not in the log: it is about an order that the log has lost.
//
// Accept events and fields that you do not know: servers are updated before devices. A stream
// that was silent for 2.5 heartbeats is dead, whatever TCP says.
//
// # The same by polling
//
// GET /v1/marts/{mart}/orders?after=&wait=&limit= answers 200 with the events after an ID. wait
// is for how many seconds (0 to 50) the answer may be held back while there are no events. limit
// is how many events are sent at most (1 to 1024; 256 if left out). Larger numbers count as 50 and
// 1024.
//
//	{"events":[{"event":"order","id":"1722000000000-0","data":{…}}],"last":"1722000000000-0","more":false}
//
// Send last as the next after. more means that more events are ready: ask at once.
//
// # Confirming
//
// POST /v1/marts/{mart}/acks {"acks":[{"id":"1722000000000-0","orderId":"1001"}],"device":"카운터"}
// confirms up to 256 orders by the IDs of their events, and answers 200 with an outcome for each:
//
//	{"acks":[{"id":"1722000000000-0","outcome":"confirmed"}]}
//
// With "withdrawn":true an ack says that a person has read that the order was withdrawn. Without it,
// an ack of a withdrawn order changes nothing: whoever gave it had not heard of that.
//
// confirmed, already (somebody was earlier) and unknown (the log has no such order) are final;
// later means: send this one again. The device name in the token counts; the name in the body is
// for tokens without one.
//
// POST /v1/marts/{mart}/orders/{order}/ack, with the body {"device":"카운터"} or none, answers
// 204. It confirms the newest open order of that number, if there is one. It is there for devices
// of before: a number may not survive in a path, and may have been used again.
//
// POST /v1/marts/{mart}/reopen {"id":"1722000000000-0","orderId":"1001"} takes a confirmation
// back, within a minute of it, and answers 204. Later it is 409, type too-late, and so it is for an
// order that was opened again eight times.
//
// # What a device reports of itself
//
// POST /v1/marts/{mart}/presence answers 204. Send it once connected, when something in it changes, every three
// minutes, before the device falls asleep or the program ends ("asleepSoon":true), and when it is awake again: until
// then it counts as not connected. 404: a server of before; ask again in an hour.
//
//	{"audible":true,"visible":true,"version":"1.4.0","problems":["sleeps"],"asleepSoon":false,"last":"1722000000000-0"}
//
// last: the device has this event and all that it was sent before it, as far as it is stored there. Send no report because of it
// alone, or each order would cost one for each device.
//
// audible: an order would be heard now; visible: it would pop up. A report counts for ten minutes. problems are
// words such as muted, speaker, window, disk, sleeps, asleep, quit, closed, 16 at most; unknown ones are shown as
// they are. A body has 4 KB at most; 429: too many reports.
//
// # Test alarms
//
// POST /v1/marts/{mart}/tests/{id} answers 204: what a device tells of the test event with this id. Send it when the
// sound has ended, or it is known that none comes, and all of it again when something in it changes.
//
//	{"sounded":true,"shown":true,"heard":false,"problems":["speaker"]}
//
// sounded: the sound was played to its end, and nothing kept it from being heard; shown: the card was on the screen;
// heard: a person has pressed that they heard it. problems are as in a report, or busy: orders waited, and the test gave way
// to them; no-sound: the browser lets a page sound only when somebody has touched it. 404, type no-test: it is not the last
// test of the mart, or is older than an hour. 507, type full: 256 devices have answered.
//
// POST /v1/admin/marts/{mart}/tests sends one, and answers 202 {"id":"…","at":"…"}; 429: there was one within a minute. GET
// /v1/admin/marts/{mart}/tests/{id} answers with the devices of the mart and what each has told; without answeredAt it has
// told nothing. It has the last test of the mart only, for an hour; 404, type no-test, else.
//
//	{"martId":"42","id":"…","at":"…","devices":[{"id":"device-…","name":"카운터","connected":true,"answeredAt":"…",
//	 "sounded":true,"shown":true,"heard":true}]}
//
// # Versions of the app
//
// POST /v1/marts/{mart}/releases {"version":"1.1.0","platform":"windows/amd64","failed":[{"version":"1.2.0",
// "staged":7,"reason":"…"}]} answers 200 {"manifest":"…","signature":"…","held":["1.2.0"]}: the list of the app's
// versions, as text, with a signature in minisign's format; see package release for what is in it. failed are
// versions that did not work on this device; what too many gave up is in held: do not take it. "manual":true says
// that the app does not update itself here. Ask every few hours. GET /v1/marts/{mart}/releases/{sha256} answers with
// a file of the list, also with a part of it (Range). 404: this server has no versions, or is one of before.
//
// # What an admin can ask
//
// GET /v1/admin/marts?state=&after=&limit= answers {"marts":[…],"next":"43"}: the marts of the admin in the order
// of their IDs; send next as the next after. state chooses those that are heard (a device is connected and reports
// that it can be heard), unknown (one is connected that reports nothing) or unheard. With a state a page may be
// empty and others follow.
//
//	{"martId":"42","state":"unheard","known":2,"connected":1,"ordersOpen":3,"oldestAt":"…","oldestAge":95}
//
// GET /v1/admin/overview?state=&text=&from=&limit= answers a page of the same, those where nobody can be heard first and of
// those the ones whose orders wait longest: {"marts":[…],"total":130,"states":{"unheard":2,…},"ordersOpen":5}. text is found
// in the ID or the name. What it says may be three seconds old.
//
// GET /v1/admin/servers answers an admin of all marts which servers live, what is wrong with Redis and which ways in are not
// read, as the server that answers sees it, and what came lately as an order and was none, with the way, the reason and how many:
// {"version":"…","redis":"","degraded":[],"servers":[{"id":"…","lives":true,"seenAt":"…"}],"refused":[{"at":"…","way":"topic",
// "reason":"not-json","count":3}]}.
//
// GET /v1/admin/marts/{mart}/orders answers {"orders":[{"orderId":"1001","order":{…}}]}: the last hundred orders of the mart,
// newest first, each as in the answer to the next one.
//
// GET /v1/admin/marts/{mart} answers one of them with its name and "devices": each as in the list of devices, with
// its "state" (audible, unknown, silent, frozen, asleep, away or revoked), "since", and its report as "presence" with the
// time of it, "reported".
//
// GET /v1/admin/marts/{mart}/connections answers 200 {"connections":[…]}: what happened to the connections of its devices,
// with ?device=ID of one, oldest first, at most 2,000. "event" is came, lost, asleep, quit, silent, heard, frozen or revoked;
// of one that flaps, "anew" is how often it has connected anew, and "lastAt" when it did last.
//
//	{"device":"device-…","name":"카운터","event":"silent","at":"…","why":"muted"}
//
// POST /v1/admin/marts/{mart} {"name":"강남점"} answers 204: people call the mart so from now on. POST
// /v1/admin/marts/{mart}/devices {"device":"ID","name":"주방"} answers 204: so a device is listed from now on, and named where it
// confirms orders; with an empty name the one in its token counts again. 404, type no-device: the mart has no such device.
//
// GET /v1/admin/marts/{mart}/orders/{order} answers 200 with what happened to the orders of that
// number, newest first, and with the devices of the mart as they are now:
//
//	{"martId":"42","orderId":"1001","orders":[{"id":"…","way":"topic","at":"…","open":false,
//	 "remembered":true,"events":[{"event":"ack","id":"…","device":"카운터","at":"…"}],
//	 "deliveries":[{"device":"device-…","name":"카운터","state":"received","at":"…"}]}],"devices":[…]}
//
// An order is announced to the servers in the step that records it. Its deliveries are to the devices that were paired then:
// received (the device has told that it has the order, by the last of a report or the Last-Event-ID of a stream), sent (it had a
// stream when the order was recorded, or later: it may not have the order yet, or be an app of before), waiting (it has not been
// connected since) or unknown (it polls and has told nothing, or what is kept of it does not reach back). at is when the server
// sent it. A device tells every few minutes, so an order is sent for minutes before it is received.
//
// # The console in a browser
//
// POST /v1/admin/session with an admin's token answers {"holder","name","marts","expires"} and sets the cookie
// __Host-jumun-admin (HttpOnly, SameSite=Strict): a token made of that one, for 12 hours at most, and none that is made of a
// session lives longer. GET says whose session it is; DELETE, with or without one, takes the cookie away, 204. POST
// /v1/admin/links answers 201 {"code":"…","expires":"…"}: a code that does the same once, for 15 minutes, by POST
// /v1/admin/links/open {"code":"…"}; 403, type code: it was used, or has ended. It stands behind the # of
// /console#code=…, so no server and no proxy logs it. A request that changes something by that cookie must come from a page
// of the server itself: 403, type forbidden.
//
// # Errors
//
// Every other answer is an application/problem+json (RFC 9457) with a stable type. 401 means
// that the token is unknown (token), has expired (expired) or was revoked (revoked). 403 means
// that it is not valid for this mart or this call (forbidden). 429 and 503 have Retry-After, in
// seconds.
package wire
