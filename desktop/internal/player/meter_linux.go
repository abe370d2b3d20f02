package player

import (
	"context"
	"encoding/binary"
	"math"
	"os"
	"time"
)

// listen records the monitor of the sink that our stream plays on, as peaks: mixers show such
// peaks too.
func listen(ctx context.Context, heard func(peak float64)) {
	deadline := time.Now().Add(mixerTimeout)
	p := dialPulse(serverSockets(os.Getenv), deadline)
	if p == nil {
		return
	}
	stop := context.AfterFunc(ctx, func() { _ = p.conn.Close() })
	defer stop()
	defer p.conn.Close()
	monitor, ok := p.ourMonitor(deadline)
	if !ok || p.recordPeaks(monitor, deadline) != nil || p.conn.SetDeadline(time.Time{}) != nil {
		return
	}
	for {
		channel, payload, err := readFrame(p.conn)
		if err != nil {
			return
		}
		if channel != noIndex {
			heard(peakOf(payload))
		}
	}
}

// ourMonitor returns the source that records what our stream is part of. There is none if our sound
// goes past the server, or if somebody turned the monitor itself down.
func (p *pulse) ourMonitor(deadline time.Time) (source uint32, ok bool) {
	stream, found, err := p.ourStream(deadline)
	if err != nil || !found {
		return 0, false
	}
	s, err := p.sinkOf(stream, true, deadline)
	if err != nil {
		return 0, false
	}
	m, err := p.sinkInfo(commandGetSource, append(u32(nil, s.monitor), 'N'), deadline)
	return s.monitor, err == nil && !m.muted && m.loudest() == 1
}

// recordPeaks starts to record a source: a hundred peaks a second, as float32.
func (p *pulse) recordPeaks(source uint32, deadline time.Time) error {
	const float32le, perSecond = 5, 100
	args := append([]byte{'a', float32le, 1}, binary.BigEndian.AppendUint32(nil, perSecond)...)
	args = append(args, 'm', 1, 0) // one channel
	args = append(u32(args, source), 'N')
	args = boolean(u32(args, noIndex), false) // the longest buffer, not corked
	args = u32(args, 4)                       // send each peak at once
	args = append(args, "0000000"...)         // no flags about channels, rate and moving
	args = boolean(boolean(args, true), true) // peaks, and soon
	args = append(args, proplist("media.name", "jumun")...)
	args = u32(args, noIndex)                                   // all that the source records
	args = boolean(boolean(boolean(args, false), false), false) // no early requests; suspending is not our matter
	args = append(args, 'B', 0, 'v', 1)                         // no other formats; a volume
	args = binary.BigEndian.AppendUint32(args, 65536)
	args = append(args, "00000"...) // which is not to be set; nor a mute; no raw formats
	_, err := p.request(deadline, commandRecord, args)
	return err
}

// peakOf returns the highest of float32 samples.
func peakOf(samples []byte) float64 {
	peak := 0.0
	for ; len(samples) >= 4; samples = samples[4:] {
		peak = max(peak, math.Abs(float64(math.Float32frombits(binary.LittleEndian.Uint32(samples)))))
	}
	return peak
}
