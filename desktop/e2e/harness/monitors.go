//go:build linux

package harness

import (
	"fmt"
	"image"

	"github.com/jezek/xgb/randr"
)

// setMonitors gives the screen these monitors.
func (s *Screen) setMonitors(monitors ...image.Rectangle) error {
	all := image.Rectangle{}
	for _, at := range monitors {
		all = all.Union(at)
	}
	if err := s.useRandR(); err != nil {
		return err
	}
	if err := randr.SetScreenSizeChecked(s.conn, s.root, uint16(all.Max.X), uint16(all.Max.Y), uint32(all.Max.X/4), uint32(all.Max.Y/4)).Check(); err != nil {
		return err
	}
	for i, at := range monitors {
		if err := s.SetMonitor(i, at); err != nil {
			return err
		}
	}
	return nil
}

func (s *Screen) useRandR() error {
	if err := randr.Init(s.conn); err != nil {
		return err
	}
	_, err := randr.QueryVersion(s.conn, 1, 3).Reply()
	return err
}

// SetMonitor makes a monitor that large, and puts it there on the screen; an empty one is unplugged.
func (s *Screen) SetMonitor(i int, at image.Rectangle) error {
	if err := s.useRandR(); err != nil {
		return err
	}
	all, err := randr.GetScreenResources(s.conn, s.root).Reply()
	if err != nil {
		return err
	}
	mode, outputs := randr.Mode(0), all.Outputs[:0]
	if !at.Empty() {
		outputs = all.Outputs[i : i+1]
		if mode, err = s.modeOf(outputs[0], at.Size(), all); err != nil {
			return err
		}
	}
	set, err := randr.SetCrtcConfig(s.conn, all.Crtcs[i], 0, all.ConfigTimestamp, int16(at.Min.X), int16(at.Min.Y), mode, randr.RotationRotate0, outputs).Reply()
	if err == nil && set.Status != randr.SetConfigSuccess {
		err = fmt.Errorf("monitor %d is not set: %d", i, set.Status)
	}
	if err == nil {
		_, err = randr.GetScreenResources(s.conn, s.root).Reply() // the server looks what is plugged in only now
	}
	return err
}

// modeOf returns a mode of that size, which the output has from now on.
func (s *Screen) modeOf(output randr.Output, size image.Point, all *randr.GetScreenResourcesReply) (randr.Mode, error) {
	for _, m := range all.Modes {
		if int(m.Width) == size.X && int(m.Height) == size.Y {
			return randr.Mode(m.Id), randr.AddOutputModeChecked(s.conn, output, randr.Mode(m.Id)).Check()
		}
	}
	name := fmt.Sprintf("%dx%d", size.X, size.Y)
	made, err := randr.CreateMode(s.conn, s.root, randr.ModeInfo{Width: uint16(size.X), Height: uint16(size.Y), NameLen: uint16(len(name)),
		HsyncStart: uint16(size.X), HsyncEnd: uint16(size.X), Htotal: uint16(size.X), VsyncStart: uint16(size.Y), VsyncEnd: uint16(size.Y),
		Vtotal: uint16(size.Y), DotClock: uint32(60 * size.X * size.Y)}, name).Reply()
	if err != nil {
		return 0, err
	}
	return made.Mode, randr.AddOutputModeChecked(s.conn, output, made.Mode).Check()
}
