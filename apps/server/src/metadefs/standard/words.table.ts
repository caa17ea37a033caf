/** The words of a text, in order. */
const wordsOf = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Features of processors, as the Linux kernel names them. */
export const processorFeatures = wordsOf(`
  fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 pn clflush dts acpi mmx fxsr sse sse2 ss ht tm
  ia64 pbe syscall mp nx mmxext fxsr_opt pdpe1gb rdtscp lm 3dnowext 3dnow arch_perfmon pebs bts rep_good nopl xtopology
  tsc_reliable nonstop_tsc extd_apicid amd_dcm aperfmperf eagerfpu nonstop_tsc_s3 pni pclmulqdq dtes64 monitor ds_cpl vmx
  smx est tm2 ssse3 cid fma cx16 xtpr pdcm pcid dca sse4_1 sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave avx
  f16c rdrand hypervisor rng rng_en ace ace_en ace2 ace2_en phe phe_en pmm pmm_en lahf_lm cmp_legacy svm extapic
  cr8_legacy abm sse4a misalignsse 3dnowprefetch osvw ibs xop skinit wdt lwp fma4 tce nodeid_msr tbm topoext perfctr_core
  perfctr_nb bpext perfctr_l2 mwaitx ida arat cpb epb pln pts dtherm hw_pstate proc_feedback hwp hwp_notify hwp_act_window
  hwp_epp hwp_pkg_req intel_pt tpr_shadow vnmi flexpriority ept vpid npt lbrv svm_lock nrip_save tsc_scale vmcb_clean
  flushbyasid decodeassists pausefilter pfthreshold vmmcall fsgsbase tsc_adjust bmi1 hle avx2 smep bmi2 erms invpcid rtm
  cqm mpx avx512f rdseed adx smap pcommit clflushopt clwb avx512pf avx512er avx512cd sha_ni xsaveopt xsavec xgetbv1 xsaves
  cqm_llc cqm_occup_llc clzero
`);

/** Operating systems, as VMware names them. */
export const vmwareSystems = wordsOf(`
  asianux3_64Guest asianux3Guest asianux4_64Guest asianux4Guest asianux5_64Guest asianux7_64Guest centos64Guest
  centosGuest centos6Guest centos6_64Guest centos7_64Guest coreos64Guest darwin10_64Guest darwin10Guest darwin11_64Guest
  darwin11Guest darwin12_64Guest darwin13_64Guest darwin14_64Guest darwin15_64Guest darwin16_64Guest darwin64Guest
  darwinGuest debian4_64Guest debian4Guest debian5_64Guest debian5Guest debian6_64Guest debian6Guest debian7_64Guest
  debian7Guest debian8_64Guest debian8Guest debian9_64Guest debian9Guest debian10_64Guest debian10Guest dosGuest
  eComStation2Guest eComStationGuest fedora64Guest fedoraGuest freebsd64Guest freebsdGuest genericLinuxGuest mandrakeGuest
  mandriva64Guest mandrivaGuest netware4Guest netware5Guest netware6Guest nld9Guest oesGuest openServer5Guest
  openServer6Guest opensuse64Guest opensuseGuest oracleLinux64Guest oracleLinuxGuest oracleLinux6Guest
  oracleLinux6_64Guest oracleLinux7_64Guest os2Guest other24xLinux64Guest other24xLinuxGuest other26xLinux64Guest
  other26xLinuxGuest other3xLinux64Guest other3xLinuxGuest otherGuest otherGuest64 otherLinux64Guest otherLinuxGuest
  redhatGuest rhel2Guest rhel3_64Guest rhel3Guest rhel4_64Guest rhel4Guest rhel5_64Guest rhel5Guest rhel6_64Guest
  rhel6Guest rhel7_64Guest rhel7Guest sjdsGuest sles10_64Guest sles10Guest sles11_64Guest sles11Guest sles12_64Guest
  sles12Guest sles64Guest slesGuest solaris10_64Guest solaris10Guest solaris11_64Guest solaris6Guest solaris7Guest
  solaris8Guest solaris9Guest turboLinux64Guest turboLinuxGuest ubuntu64Guest ubuntuGuest unixWare7Guest vmkernel5Guest
  vmkernel6Guest vmkernel65Guest vmkernelGuest vmwarePhoton64Guest win2000AdvServGuest win2000ProGuest win2000ServGuest
  win31Guest win95Guest win98Guest windows7_64Guest windows7Guest windows7Server64Guest windows8_64Guest windows8Guest
  windows8Server64Guest windows9_64Guest windows9Guest windows9Server64Guest windowsHyperVGuest winLonghorn64Guest
  winLonghornGuest winMeGuest winNetBusinessGuest winNetDatacenter64Guest winNetDatacenterGuest winNetEnterprise64Guest
  winNetEnterpriseGuest winNetStandard64Guest winNetStandardGuest winNetWebGuest winNTGuest winVista64Guest winVistaGuest
  winXPHomeGuest winXPPro64Guest winXPProGuest
`);

/** Instruction sets, behind their architectures, as CIM names them. */
export const instructionSets = wordsOf(`
  x86:i386 x86:i486 x86:i586 x86:i686 x86:64 IA-64:IA-64 AS/400:TIMI Power:Power_2.03 Power:Power_2.04 Power:Power_2.05
  Power:Power_2.06 S/390:ESA/390 S/390:z/Architecture S/390:z/Architecture_2 PA-RISC:PA-RISC_1.0 PA-RISC:PA-RISC_2.0
  ARM:A32 ARM:A64 MIPS:MIPS_I MIPS:MIPS_II MIPS:MIPS_III MIPS:MIPS_IV MIPS:MIPS_V MIPS:MIPS32 MIPS64:MIPS64 Alpha:Alpha
  SPARC:SPARC_V7 SPARC:SPARC_V8 SPARC:SPARC_V9 SPARC:SPARC_JPS1 SPARC:UltraSPARC2005 SPARC:UltraSPARC2007 68k:68000
  68k:68010 68k:68020 68k:68030 68k:68040 68k:68060
`);

/** Extensions of instruction sets, behind their architectures, as CIM names them. */
export const instructionSetExtensions = wordsOf(`
  x86:3DNow x86:3DNowExt x86:ABM x86:AES x86:AVX x86:AVX2 x86:BMI x86:CX16 x86:F16C x86:FSGSBASE x86:LWP x86:MMX
  x86:PCLMUL x86:RDRND x86:SSE2 x86:SSE3 x86:SSSE3 x86:SSE4A x86:SSE41 x86:SSE42 x86:FMA3 x86:FMA4 x86:XOP x86:TBM
  x86:VT-d x86:VT-x x86:EPT x86:SVM PA-RISC:MAX PA-RISC:MAX2 ARM:DSP ARM:Jazelle-DBX ARM:Thumb ARM:Thumb-2 ARM:ThumbEE)
  ARM:VFP ARM:NEON ARM:TrustZone MIPS:MDMX MIPS:MIPS-3D Alpha:BWX Alpha:FIX Alpha:CIX Alpha:MVI
`);
