; The setup for one user: makensis -DVERSION=0.1.0 -DNUMBERS=0.1.0.0 -DFILES=build/windows -DOUT=setup.exe setup.nsi
; By itself: setup.exe /S /SERVER="https://jumun.example.com" /MART="42" /CODE="ABCD-EFGH"
; Its status is 0, or 2 if all is installed and running but the PC could not be paired; why is in setup.log.
Target amd64-unicode
Unicode true
SetDateSave off ; the same files give the same setup
SetCompressor /SOLID lzma
SetCompressorDictSize 64
ManifestDPIAware true
RequestExecutionLevel user

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\jumun"
!define DATA "$Local\jumun"
Var Local ; the folder that jumun uses as well, by the environment

Name "jumun"
OutFile "${OUT}"
BrandingText "jumun ${VERSION}"
!ifdef SIGN
	!uninstfinalize '${SIGN} "%1"'
	!finalize '${SIGN} "%1"'
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_TITLE "$(installed)"
!define MUI_FINISHPAGE_TEXT "$(afterwards)"
!insertmacro MUI_PAGE_LICENSE "${LICENSE}"
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
; Windows' own language is taken, or else the first.
!insertmacro MUI_LANGUAGE Korean
!insertmacro MUI_LANGUAGE English

VIProductVersion "${NUMBERS}"
VIAddVersionKey /LANG=${LANG_KOREAN} ProductName "jumun"
VIAddVersionKey /LANG=${LANG_KOREAN} FileDescription "주문 알림 설치"
VIAddVersionKey /LANG=${LANG_KOREAN} FileVersion "${VERSION}"
VIAddVersionKey /LANG=${LANG_KOREAN} ProductVersion "${VERSION}"
VIAddVersionKey /LANG=${LANG_KOREAN} LegalCopyright "jumun"

LangString shortcut ${LANG_KOREAN} "주문 알림"
LangString shortcut ${LANG_ENGLISH} "jumun order alarm"
LangString installed ${LANG_KOREAN} "설치했습니다"
LangString installed ${LANG_ENGLISH} "Installed"
LangString afterwards ${LANG_KOREAN} "화면 오른쪽 아래에 종 아이콘이 있습니다. 안 보이면 ∧을 누르고, 아이콘을 작업 표시줄로 끌어 놓으세요."
LangString afterwards ${LANG_ENGLISH} "There is a bell at the bottom right of the screen. If you do not see it, click ∧ and drag the bell to the task bar."
LangString notWritten ${LANG_KOREAN} "파일을 쓸 수 없습니다. 디스크에 빈 공간이 있는지 확인하고 다시 설치하세요.$\n$INSTDIR"
LangString notWritten ${LANG_ENGLISH} "The files cannot be written. See that the disk has room, and install again.$\n$INSTDIR"
LangString notPaired ${LANG_KOREAN} "설치했지만 매장에 연결하지 못했습니다. 설정 창에서 다시 연결하세요."
LangString notPaired ${LANG_ENGLISH} "Installed, but not connected to the store. Connect it in the settings window."
LangString withData ${LANG_KOREAN} "설정과 주문 내역도 지울까요?"
LangString withData ${LANG_ENGLISH} "Remove the settings and the order history as well?"

; option puts what follows /NAME= into a variable. A value must stand between quotation marks: NSIS ends others at a /.
!macro option name variable
	${GetOptions} "$CMDLINE" "/${name}=" ${variable}
!macroend

; end asks the running jumun to end, and waits up to 20 s until it has: orders that wait are on the disk, and ring
; again when it starts. "jumun quit" might ask for the PIN.
!macro end prefix
Function ${prefix}end
	StrCpy $R0 0
	${Do}
		System::Call 'kernel32::OpenEventW(i 2, i 0, w "Local\jumun-quit") p .R1'
		${If} $R1 P= 0
			${ExitDo}
		${EndIf}
		System::Call 'kernel32::SetEvent(p R1)'
		System::Call 'kernel32::CloseHandle(p R1)'
		Sleep 200
		IntOp $R0 $R0 + 1
	${LoopUntil} $R0 >= 100
FunctionEnd
!macroend
!insertmacro end ""
!insertmacro end "un."

; replace puts a new file in the place of an old one at once: a power cut leaves the one or the other. A program that
; still runs cannot be replaced, but renamed.
!macro replace name
	ClearErrors
	File "/oname=$INSTDIR\${name}.new" "${FILES}/${name}"
	${If} ${Errors}
		Call failed
	${EndIf}
	StrCpy $R0 0
	${Do}
		System::Call 'kernel32::MoveFileExW(w "$INSTDIR\${name}.new", w "$INSTDIR\${name}", i 9) i .R1'
		${If} $R1 <> 0
			${ExitDo}
		${EndIf}
		Sleep 200
		IntOp $R0 $R0 + 1
		${If} $R0 = 25
			Delete "$INSTDIR\${name}.old"
			Rename "$INSTDIR\${name}" "$INSTDIR\${name}.old"
		${EndIf}
	${LoopUntil} $R0 >= 50
	${If} $R1 = 0
		Call failed
	${EndIf}
!macroend

; failed starts what is there again: nothing must ring no more because a setup failed.
Function failed
	IfFileExists "$INSTDIR\jumun.exe" +2
	Rename "$INSTDIR\jumun.exe.old" "$INSTDIR\jumun.exe"
	Exec '"$INSTDIR\jumun.exe"'
	MessageBox MB_ICONSTOP "$(notWritten)" /SD IDOK
	SetErrorLevel 1
	Quit
FunctionEnd

Function .onInit
	ReadEnvStr $Local LOCALAPPDATA
	${If} $INSTDIR == "" ; without /D=
		StrCpy $INSTDIR "$Local\Programs\jumun"
	${EndIf}
FunctionEnd

Function un.onInit
	ReadEnvStr $Local LOCALAPPDATA
FunctionEnd

Section
	SetOutPath "$INSTDIR"
	Call end
	!insertmacro replace jumun.exe
	!insertmacro replace jumun.com
	Delete "$INSTDIR\*.old"
	WriteUninstaller "$INSTDIR\uninstall.exe"
	CreateShortcut "$SMPROGRAMS\$(shortcut).lnk" "$INSTDIR\jumun.exe"
	Call register
	Call pair
	Exec '"$INSTDIR\jumun.exe"'
SectionEnd

; register tells Windows how to remove jumun, to open its links and to start it at login; "jumun" itself turns that off.
Function register
	WriteRegStr HKCU "${KEY}" DisplayName "jumun"
	WriteRegStr HKCU "${KEY}" DisplayVersion "${VERSION}"
	WriteRegStr HKCU "${KEY}" DisplayIcon "$INSTDIR\jumun.exe"
	WriteRegStr HKCU "${KEY}" Publisher "jumun"
	WriteRegStr HKCU "${KEY}" UninstallString '"$INSTDIR\uninstall.exe"'
	WriteRegStr HKCU "${KEY}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
	WriteRegDWORD HKCU "${KEY}" NoModify 1
	WriteRegDWORD HKCU "${KEY}" NoRepair 1
	WriteRegStr HKCU "Software\Classes\jumun" "" "URL:jumun"
	WriteRegStr HKCU "Software\Classes\jumun" "URL Protocol" ""
	WriteRegStr HKCU "Software\Classes\jumun\shell\open\command" "" '"$INSTDIR\jumun.exe" "%1"'
	${IfNot} ${FileExists} "${DATA}\settings.json"
		WriteRegStr HKCU "Software\Microsoft\Windows\CurrentVersion\Run" jumun '"$INSTDIR\jumun.exe" start --at-login'
	${EndIf}
FunctionEnd

; pair pairs this PC as the command line says. The code goes by the environment: others can read a command line.
Function pair
	!insertmacro option SERVER $0
	!insertmacro option MART $1
	!insertmacro option CODE $2
	!insertmacro option ENROL $3
	StrCpy $4 ""
	${If} $2 != ""
		System::Call 'kernel32::SetEnvironmentVariableW(w "JUMUN_CODE", w r2)'
		StrCpy $4 '--server "$0" --mart "$1"'
	${ElseIf} $3 != ""
		System::Call 'kernel32::SetEnvironmentVariableW(w "JUMUN_ENROL", w r3)'
		StrCpy $4 '--server "$0"'
	${Else}
		Return
	${EndIf}
	CreateDirectory "${DATA}\log"
	nsExec::Exec 'cmd /c ""$INSTDIR\jumun.com" pair $4 > "${DATA}\log\setup.log" 2>&1"'
	Pop $5
	${If} $5 != 0
		MessageBox MB_ICONEXCLAMATION "$(notPaired)" /SD IDOK
		SetErrorLevel 2
	${EndIf}
FunctionEnd

Section Uninstall
	Call un.end
	nsExec::Exec '"$INSTDIR\jumun.com" forget --keep-history'
	Pop $0
	DeleteRegKey HKCU "Software\Classes\jumun"
	DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" jumun
	Delete "$SMPROGRAMS\$(shortcut).lnk"
	Delete "$INSTDIR\jumun.*"
	Delete "$INSTDIR\uninstall.exe"
	RMDir /r "$INSTDIR\mesa"
	RMDir "$INSTDIR"
	MessageBox MB_YESNO|MB_DEFBUTTON2 "$(withData)" /SD IDNO IDNO kept
	RMDir /r "${DATA}"
	kept:
	DeleteRegKey HKCU "${KEY}"
SectionEnd
